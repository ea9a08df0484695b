from . import test_dossier
from . import test_event
from . import test_position_rule
