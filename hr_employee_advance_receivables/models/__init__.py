from . import credit_suspension
from . import hr_employee_clearance
from . import hr_control_event
