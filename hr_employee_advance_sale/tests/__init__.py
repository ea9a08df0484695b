from . import test_advance_sale
from . import test_handover
