from odoo.tests import BaseCase, tagged

from ..tools.chinese_amount import in_capitals


@tagged("hr_employee_advance")
class TestChineseAmount(BaseCase):
    def test_amounts(self):
        for amount, text in (
            (0, "零元整"),
            (0.05, "伍分"),
            (0.5, "伍角整"),
            (10, "壹拾元整"),
            (110.5, "壹佰壹拾元伍角整"),
            (650.35, "陆佰伍拾元叁角伍分"),
            (1004.05, "壹仟零肆元零伍分"),
            (1820, "壹仟捌佰贰拾元整"),
            (10000, "壹万元整"),
            (10005, "壹万零伍元整"),
            (100100.1, "壹拾万零壹佰元壹角整"),
            (107000.53, "壹拾万零柒仟元伍角叁分"),
            (16409.02, "壹万陆仟肆佰零玖元零贰分"),
            (100000000, "壹亿元整"),
            (100000001, "壹亿零壹元整"),
            (200030000, "贰亿零叁万元整"),
            ("1234567890.10", "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角整"),
        ):
            with self.subTest(amount=amount):
                self.assertEqual(in_capitals(amount), f"人民币{text}")

    def test_half_a_fen_is_rounded_and_signs_and_currencies_are_named(self):
        self.assertEqual(in_capitals("1.005"), "人民币壹元零壹分")
        self.assertEqual(in_capitals(-3), "人民币负叁元整")
        self.assertEqual(in_capitals(900, "USD"), "美元玖佰元整")
        self.assertEqual(in_capitals(900, "CHF"), "CHF 玖佰元整")
