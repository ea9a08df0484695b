from . import ageing
from . import authority_matrix
