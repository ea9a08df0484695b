from . import credit_history
from . import hr_control_demo
from . import credit_admission_demo
from . import credit_blacklist_demo
from . import credit_overdue_demo
from . import credit_results_demo
