from . import hr_employee_advance_approve
from . import hr_employee_advance_voucher_mark
from . import hr_employee_advance_confirmation_ask
from . import hr_employee_advance_pay
from . import hr_employee_advance_backtest
from . import hr_employee_advance_risk_dismiss
from . import hr_employee_advance_deduct
