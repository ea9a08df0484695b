from . import test_exposure_stock
from . import test_delivery
from . import test_delivery_horizon
from . import test_delivery_person
from . import test_delivery_release
from . import test_delivery_till
from . import test_stock_walk
from . import test_overdue_delivery
