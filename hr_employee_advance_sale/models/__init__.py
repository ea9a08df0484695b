from . import hr_employee_advance
from . import hr_employee_advance_effect
from . import sale_order
from . import hr_employee_handover
from . import hr_control_event
