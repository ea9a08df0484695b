from . import test_request
from . import test_quota
from . import test_approval
from . import test_flag
from . import test_money_payment
from . import test_money_offset
from . import test_chinese_amount
from . import test_voucher
