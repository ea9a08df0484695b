"""How names and numbers are compared whatever way they were typed; knows nothing of the ORM."""

import re
import unicodedata

SHORTEST_PHONE = 7


def plain_tax_number(text):
    """Letters and digits in capitals: ``９１６１ 0131-ma6t`` is ``91610131MA6T``."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text or "").upper())


def plain_phone(text):
    """Digits without country code and leading zeros; empty when too short to name anybody.

    ``+86 29 8765 4321``, ``0086 29-87654321`` and ``029-87654321`` are one number.
    """
    text = unicodedata.normalize("NFKC", text or "").strip()
    digits = re.sub(r"\D", "", text).lstrip("0")
    if digits.startswith("86") and (text.startswith(("+", "00")) or len(digits) > 11):
        digits = digits[2:].lstrip("0")
    return digits if len(digits) >= SHORTEST_PHONE else ""


def plain_name(text):
    """Letters only, in small ones: blanks, brackets, dots and their full-width forms do not matter."""
    text = unicodedata.normalize("NFKC", text or "").casefold()
    return "".join(char for char in text if char.isalnum())
