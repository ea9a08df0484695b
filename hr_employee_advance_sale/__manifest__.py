{
    "name": "Employee Advances: Sales",
    "summary": "Recent business behind a request, orders as its effect, handover of a leaver's customers",
    "version": "19.0.1.0.0",
    "category": "Human Resources/Advances",
    "author": "Control Suite Founders",
    "license": "LGPL-3",
    "depends": ["hr_employee_advance", "sale"],
    "data": [
        "security/ir.model.access.csv",
        "security/hr_employee_handover_security.xml",
        "data/hr_employee_clearance_data.xml",
        "views/hr_employee_advance_effect_views.xml",
        "views/sale_order_views.xml",
        "views/hr_employee_handover_views.xml",
    ],
    "demo": ["demo/hr_employee_advance_demo.xml"],
    "auto_install": True,
}
