from . import hr_control_approval_refuse
from . import hr_control_check_line
from . import hr_control_erase
from . import hr_control_verify
