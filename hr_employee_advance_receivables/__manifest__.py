{
    "name": "Employee Advances: Credit Authority",
    "summary": "Who leaves gives away no more credit: authority, releases and delegations stop with the resignation",
    "version": "19.0.1.0.0",
    "category": "Human Resources/Advances",
    "author": "Control Suite Founders",
    "license": "LGPL-3",
    "depends": ["hr_employee_advance", "hr_receivables_control"],
    "data": ["views/hr_employee_clearance_views.xml"],
    "demo": ["demo/hr_employee_advance_demo.xml"],
    "auto_install": True,
}
