from . import risk_report
