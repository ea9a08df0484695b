{
    "name": "Employee Advances: Sales",
    "summary": "Recent business behind a request, orders as the effect of an advance",
    "version": "19.0.1.0.0",
    "category": "Human Resources/Advances",
    "author": "Control Suite Founders",
    "license": "LGPL-3",
    "depends": ["hr_employee_advance", "sale"],
    "data": [
        "views/hr_employee_advance_effect_views.xml",
        "views/sale_order_views.xml",
    ],
    "auto_install": True,
}
