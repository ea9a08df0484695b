from odoo.tests import BaseCase, tagged

from ..tools.identity import plain_name, plain_phone, plain_tax_number


@tagged("-at_install", "post_install", "hr_receivables_control")
class TestIdentity(BaseCase):
    def test_tax_number_in_any_spelling(self):
        self.assertEqual(plain_tax_number("９１６１ 0131-ma6t"), "91610131MA6T")
        self.assertEqual(plain_tax_number(False), "")

    def test_one_telephone_in_many_spellings(self):
        spellings = ("029-87654321", "+86 29 8765 4321", "0086 29-87654321", "（029）87654321")
        self.assertEqual({plain_phone(text) for text in spellings}, {"2987654321"})

    def test_mobile_with_and_without_country_code(self):
        spellings = ("138 0013 8000", "+8613800138000", "86-138-0013-8000")
        self.assertEqual({plain_phone(text) for text in spellings}, {"13800138000"})

    def test_number_that_begins_with_86_keeps_it(self):
        self.assertEqual(plain_phone("86543210"), "86543210")

    def test_extension_is_no_telephone(self):
        self.assertEqual(plain_phone("8001"), "")
        self.assertEqual(plain_phone("123456"), "")
        self.assertEqual(plain_phone("1234567"), "1234567")

    def test_names_without_blanks_and_signs(self):
        self.assertEqual(plain_name(" 张 三（西安） "), plain_name("张三(西安)"))
        self.assertEqual(plain_name("O'Neill"), "oneill")
