import doctest

from odoo.tests import BaseCase, tagged

from ..tools import score


@tagged("-at_install", "post_install", "hr_receivables_control")
class TestScoreTools(BaseCase):
    def test_examples_of_the_docstrings(self):
        result = doctest.testmod(score)
        self.assertGreater(result.attempted, 5)
        self.assertEqual(result.failed, 0)

    def test_points_at_both_ends_and_a_step_inside(self):
        self.assertEqual(score.get_points(50, 50, 100), 0.0)
        self.assertEqual(score.get_points(100, 50, 100), 100.0)
        self.assertEqual(score.get_points(99.5, 50, 100), 99.0)

    def test_rounding_down_never_up(self):
        self.assertEqual(score.round_down(999.99, 1000), 0.0)
        self.assertEqual(score.round_down(1000.0, 1000), 1000.0)
        self.assertEqual(score.round_down(0.1 + 0.2, 0.1), 0.30000000000000004)

    def test_zero_is_data_and_none_is_not(self):
        self.assertEqual(score.get_score([(0.0, 50), (None, 50)]), (0.0, 50.0))
