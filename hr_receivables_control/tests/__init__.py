from . import test_amendment
from . import test_gate
from . import test_onboarding
from . import test_release_tour
from . import test_person
from . import test_emergency
from . import test_suspension
from . import test_authority
