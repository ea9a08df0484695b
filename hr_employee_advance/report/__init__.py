from . import hr_employee_advance_report
from . import hr_employee_advance_rate
from . import hr_employee_advance_year_end
