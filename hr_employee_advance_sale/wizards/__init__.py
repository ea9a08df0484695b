from . import hr_employee_handover_wizard
