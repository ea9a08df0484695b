from . import hr_employee
from . import hr_employee_advance_purpose
from . import hr_employee_advance
from . import hr_employee_advance_policy
