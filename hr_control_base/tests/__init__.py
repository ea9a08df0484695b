from . import test_position_rule
