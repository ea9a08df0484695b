from . import hr_advance_follow_up_demo
from . import hr_control_demo
from . import hr_clearance_demo
