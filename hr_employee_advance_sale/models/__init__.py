from . import hr_employee_advance
from . import hr_employee_advance_effect
from . import sale_order
