"""Amounts in Chinese capital numerals, as bills and receipts have to show them (大写金额)."""

from decimal import ROUND_HALF_UP, Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "兆")
PREFIXES = {
    "CNY": "人民币",
    "USD": "美元",
    "EUR": "欧元",
    "GBP": "英镑",
    "JPY": "日元",
    "HKD": "港元",
}


def in_capitals(amount, currency="CNY"):
    """``1004.05`` is 人民币壹仟零肆元零伍分; without fen it ends in 整, so that nothing can be added.

    :param amount: number or decimal text; rounded to fen
    :param currency: ISO code; one without a Chinese name stands as it is
    """
    cents = int((Decimal(str(amount)) * 100).to_integral_value(ROUND_HALF_UP))
    sign, cents = ("负" if cents < 0 else ""), abs(cents)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    text = f"{_whole(yuan)}元" if yuan or not cents else ""
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif fen and yuan:
        text += "零"
    text += f"{DIGITS[fen]}分" if fen else "整"
    return f"{PREFIXES.get(currency, f'{currency} ')}{sign}{text}"


def _whole(number):
    """A whole number in groups of four digits; one 零 for any run of zeros inside."""
    if not number:
        return DIGITS[0]
    text, gap, rest = "", False, str(number)
    for position, char in enumerate(rest):
        place = len(rest) - 1 - position
        group, unit = divmod(place, 4)
        if char == "0":
            gap = bool(text)
        else:
            text += (DIGITS[0] if gap else "") + DIGITS[int(char)] + UNITS[unit]
            gap = False
        if unit == 0 and int(rest[max(0, position - 3) : position + 1]):
            text += GROUPS[group]
    return text
