from . import test_gate
from . import test_onboarding
from . import test_release_tour
from . import test_exposure_invoices
from . import test_exposure_ledger
from . import test_exposure_orders
from . import test_exposure_parties
from . import test_exposure_walk
