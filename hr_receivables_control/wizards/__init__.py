from . import credit_account_form
from . import credit_authority_matrix
from . import credit_emergency
from . import credit_limit_proposal
from . import credit_release_request
from . import credit_short_close
from . import credit_suspension_lift
from . import credit_limit_request
