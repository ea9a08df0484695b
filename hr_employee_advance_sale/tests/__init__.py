from . import test_advance_sale
