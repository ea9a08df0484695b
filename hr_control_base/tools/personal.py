"""Numbers that identify a person, in free text: identity cards, bank cards, phones. Knows nothing of the ORM."""

import re

IDENTITY = re.compile(r"(?<!\w)\d{17}[\dXx](?!\w)")
BANK_CARD = re.compile(r"(?<!\w)(?:\d{15,19}|\d{4}(?:[ -]\d{4}){3}(?:[ -]?\d{1,3})?)(?!\w)")
PHONE = re.compile(r"(?<![\w.])(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?![\w]|[.,]\d)")
LANDLINE = re.compile(r"(?<![\w.-])0\d{2,3}[ -]\d{3,4}[ -]?\d{4}(?![\w-])")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
CHECKS = "10X98765432"
SEPARATORS = re.compile(r"[\s-]")
TEXT_OF_HTML = re.compile(r">[^<]+<")
SHOWN = 4  # last characters of a masked number
SHORTEST = 6  # what is shorter identifies nobody


def shorten(number, shown=SHOWN):
    """A number with its last characters only; of short ones nothing."""
    number = SEPARATORS.sub("", number)
    return "****" + (number[-shown:] if shown and len(number) > 2 * shown else "")


def hide_numbers(text):
    """``text`` with numbers shortened that are by their check digit or form those of a person."""
    text = IDENTITY.sub(lambda m: shorten(m[0]) if _is_identity(m[0]) else m[0], text)
    text = BANK_CARD.sub(lambda m: shorten(m[0]) if _is_card(m[0]) else m[0], text)
    return LANDLINE.sub(lambda m: shorten(m[0]), PHONE.sub(lambda m: shorten(m[0]), text))


def _is_identity(number):
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return CHECKS[total % 11] == number[17].upper()


def _is_card(number):
    """By the Luhn digit."""
    digits = [int(character) for character in reversed(number) if character.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


class NumberMask:
    """Hides the numbers known of some people, however they are grouped, and those that look like any."""

    def __init__(self, known=()):
        found = {SEPARATORS.sub("", number or "") for number in known}
        parts = [
            r"[ -]?".join(map(re.escape, number))
            for number in sorted(found, key=len, reverse=True)
            if len(number) >= SHORTEST
        ]
        self._known = re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else None

    def __call__(self, text):
        if self._known:
            text = self._known.sub(lambda m: shorten(m[0]), text)
        return hide_numbers(text)

    def hide_in_html(self, page):
        """What people read of a page; its tags and pictures stay as they are."""
        return TEXT_OF_HTML.sub(lambda m: self(m[0]), page)
