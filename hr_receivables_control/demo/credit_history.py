"""What the demo company sold and was paid, in days before today. Plain figures; how they are booked stands in
``hr_control_demo.py``."""

# limit in force while the history was made; who set it
LIMITS = {
    "hongyuan": (300000, "zhou"),
    "yaju": (500000, "zhou"),
    "hengtai": (200000, "sun"),
    "almaty": (150000, "sun"),
    "xinda": (100000, "sun"),
    "jinxiu": (80000, "sun"),
    "lvyuan": (60000, "sun"),
    "anju": (60000, "sun"),
    "xincheng": (50000, "sun"),
    "daqin": (50000, "sun"),
    "jinding": (50000, "sun"),
    "qinba": (40000, "sun"),
    "jinggong": (30000, "sun"),
}

# days ago, customer, {product: quantity}, {days after the invoice: share paid}
HISTORY = [
    (355, "hongyuan", {"t80": 260, "g20": 130}, {28: 1}),
    (340, "yaju", {"f12": 800, "p18": 90}, {58: 1}),
    (331, "hengtai", {"t60": 300, "g20": 100}, {52: 1}),
    (312, "xinda", {"p18": 60, "p05": 40}, {29: 1}),
    (305, "jinding", {"t80": 120}, {45: 1}),
    (290, "hongyuan", {"f15": 120, "b01": 10}, {30: 1}),
    (276, "xincheng", {"t80": 90, "g20": 60}, {26: 1}),
    (262, "jinding", {"t60": 150, "p18": 50}, {90: 0.2}),
    (255, "yaju", {"t80": 700, "g20": 400}, {60: 1}),
    (240, "daqin", {"b01": 12}, {35: 1}),
    (228, "hengtai", {"f12": 420, "p18": 45}, {75: 1}),
    (221, "baijia", {"g20": 160, "p05": 12}, {0: 1}),
    (210, "jinxiu", {"t80": 180, "p18": 40}, {33: 1}),
    (196, "hongyuan", {"t80": 340, "p05": 60}, {27: 1}),
    (188, "anju", {"p18": 70, "g20": 90}, {30: 1}),
    (176, "qinba", {"f15": 85}, {28: 1}),
    (165, "lvyuan", {"t60": 220, "p18": 60}, {31: 1}),
    (158, "daqin", {"b01": 14, "p18": 12}, {}),
    (150, "hengtai", {"t80": 480, "g20": 260}, {90: 0.5}),
    (139, "xinda", {"f12": 380, "g20": 120}, {34: 1}),
    (128, "yaju", {"f15": 500, "b01": 36}, {60: 1}),
    (121, "jinggong", {"p18": 40}, {30: 1}),
    (112, "hongyuan", {"f12": 700, "g20": 200}, {25: 1}),
    (104, "xincheng", {"p18": 75, "p05": 30}, {30: 1}),
    (95, "hengtai", {"f15": 190, "p18": 20}, {}),
    (88, "jinxiu", {"t60": 260, "f12": 130}, {40: 1}),
    (80, "baijia", {"t60": 90}, {0: 1}),
    (77, "jinggong", {"p18": 72}, {30: 1}),
    (74, "anju", {"p05": 80}, {30: 0.6}),
    (66, "qinba", {"f15": 90, "g20": 40}, {30: 1}),
    (61, "qinba", {"g20": 310}, {20: 1}),
    (58, "hengtai", {"t60": 340, "p05": 24}, {}),
    (52, "yaju", {"t80": 1250, "f12": 620}, {}),
    (45, "xinda", {"p18": 110, "f12": 190}, {31: 0.4}),
    (38, "lvyuan", {"t80": 210, "p18": 55}, {32: 0.2}),
    (33, "jinggong", {"p18": 62}, {}),
    (28, "xincheng", {"t80": 190, "g20": 267}, {}),
    (26, "yaju", {"f15": 420, "b01": 30}, {}),
    (24, "jinxiu", {"t80": 250, "p18": 33}, {}),
    (20, "xinda", {"t60": 310, "g20": 180}, {}),
    (17, "qinba", {"f15": 118, "p05": 14}, {}),
    (14, "hongyuan", {"t80": 320, "f12": 90}, {}),
    (12, "lvyuan", {"f12": 150, "g20": 60}, {}),
    (9, "jinxiu", {"f12": 400, "p18": 20}, {}),
]

# Orders of these days were held and asked for: {days ago: (who released, why)}; others passed by themselves.
ENFORCED_SINCE = 90
RELEASES = {
    80: ("sun", "现款客户，货到即付，已收汇款回单"),
    77: ("wang", "老客户，超额不多，下周回款"),
    61: ("zheng", "上批货款已安排付款"),
    20: ("sun", "经销商季末备货，月底付清"),
    12: ("sun", "工程尾单，甲方款已到账"),
    9: ("sun", "样板间急用，已收承诺函"),
    6: ("sun", "已付三成定金，余款提货前结清"),
}
