from . import hr_control_demo
