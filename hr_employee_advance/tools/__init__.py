from . import chinese_amount
