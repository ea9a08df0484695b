from odoo.models import BaseModel
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestNames(TransactionCase):
    def test_records_have_names_that_people_read(self):
        """A breadcrumb says what is open, never ``model,7``; in each add-on on this foundation."""
        base = self.env["ir.module.module"]._get("hr_control_base")
        ours = (base + base.downstream_dependencies()).mapped("name")
        kept = [
            Model
            for Model in self.registry.values()
            if Model._original_module in ours and Model._auto and not Model._transient
        ]
        self.assertTrue(kept)
        nameless = [
            Model._name
            for Model in kept
            if not Model._rec_name
            and Model._compute_display_name is BaseModel._compute_display_name
        ]
        self.assertEqual(nameless, [])

    def test_event_is_found_by_its_code(self):
        self.assertEqual(self.env["hr.control.event"].name_search("no such code"), [])
