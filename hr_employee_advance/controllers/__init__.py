from . import risk_report
from . import evidence
from . import sign
