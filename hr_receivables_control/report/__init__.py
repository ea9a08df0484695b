from . import credit_authority_use
from . import credit_open_item
