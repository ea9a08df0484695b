from odoo.tests import BaseCase

from odoo.addons.hr_control_base.tools.personal import NumberMask, hide_numbers

IDENTITY = "110101199003078515"
CARD = "6222020200112233446"


class TestPersonal(BaseCase):
    def test_numbers_of_persons_are_shortened(self):
        for text, shown in (
            (f"his card {CARD}.", "his card ****3446."),
            ("his card 6222 0202 0011 2233 446", "his card ****3446"),
            (f"身份证：{IDENTITY}", "身份证：****8515"),
            ("11010519491231002x", "****002x"),
            ("call 13812345678 or +86 138-1234-5678", "call ****5678 or ****5678"),
            ("office 029-8765-4321", "office ****4321"),
        ):
            self.assertEqual(hide_numbers(text), shown, text)

    def test_everything_else_stays(self):
        for text in (
            "2026-11-22 2026-11-23 16:03:57",
            "110101199003078514",  # no identity number: the check digit is another
            "6222020200112233445",  # nor a card
            "ADV/2026/00001 of 13,812,345.67",
            "13812345678.90",
            "fapiao 25312000000123456789",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ):
            self.assertEqual(hide_numbers(text), text)

    def test_known_numbers_however_grouped(self):
        mask = NumberMask(["61-0025-770", "", False, "123"])
        self.assertEqual(mask("to 610025770, 61 0025 770; 123"), "to ****5770, ****5770; 123")

    def test_tags_stay_as_they_are(self):
        mask = NumberMask([IDENTITY])
        page = f'<a href="/x/{IDENTITY}">{IDENTITY}</a>'
        self.assertEqual(mask.hide_in_html(page), f'<a href="/x/{IDENTITY}">****8515</a>')
