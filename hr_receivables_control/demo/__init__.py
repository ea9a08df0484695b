from . import credit_history
from . import hr_control_demo
