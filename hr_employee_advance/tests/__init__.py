from . import test_request
from . import test_quota
from . import test_approval
from . import test_flag
from . import test_money_payment
from . import test_money_offset
