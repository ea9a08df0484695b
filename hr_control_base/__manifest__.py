{
    "name": "Control Base",
    "summary": "Dossiers with a tamper-evident record, position rules, approvals and alerts",
    "version": "19.0.1.0.0",
    "category": "Human Resources/Control",
    "author": "Control Suite Founders",
    "license": "LGPL-3",
    "depends": ["base_import", "hr"],
    "data": [
        "security/hr_control_base_groups.xml",
        "security/ir.model.access.csv",
        "security/hr_control_base_security.xml",
        "security/hr_control_dossier_security.xml",
        "security/hr_control_position_security.xml",
        "views/hr_control_base_menus.xml",
    ],
}
