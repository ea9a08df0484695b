from . import test_credit_stopped
