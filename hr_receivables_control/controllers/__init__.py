from . import authority_matrix
