from . import hr_control_guarded_mixin
from . import hr_control_level
from . import hr_control_region
from . import hr_department
from . import hr_version
from . import hr_employee
from . import res_company
from . import hr_control_position_rule
