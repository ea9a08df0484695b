{
    "name": "Receivables Control: Inventory",
    "summary": "Credit checked again when goods leave; what is delivered and not invoiced, to the cent",
    "version": "19.0.1.0.0",
    "category": "Accounting/Credit",
    "author": "Control Suite Founders",
    "license": "LGPL-3",
    "depends": ["hr_receivables_control", "sale_stock"],
    "data": [
        "security/ir.model.access.csv",
        "wizards/credit_delivery_release_request_views.xml",
        "views/credit_account_views.xml",
        "views/credit_decision_views.xml",
        "views/credit_grant_views.xml",
        "views/stock_picking_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "auto_install": True,
}
