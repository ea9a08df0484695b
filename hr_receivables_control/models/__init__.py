from . import account_account
from . import account_move
from . import base_partner_merge
from . import credit_account
from . import credit_authority
from . import credit_checkpoint
from . import credit_decision
from . import credit_exposure
from . import credit_grant
from . import credit_grant_order
from . import credit_grant_uplift
from . import credit_route

# from . import hr_control_check
from . import hr_control_event
from . import res_company
from . import res_config_settings
from . import res_partner
from . import sale_order
from . import sale_order_credit
