from odoo.tests import tagged

from .common_dossier import DossierCase


@tagged("post_install", "-at_install")
class TestDossierLifecycle(DossierCase):
    """What happens to the subjects and their dossiers around us."""

    def _merge(self, sources, target):
        self.env["base.partner.merge.automatic.wizard"]._merge((sources + target).ids, target)
        self.env.invalidate_all()

    def test_merge_keeps_both_dossiers_and_says_so(self):
        event = self._record(document=self.customer)
        self._merge(self.customer, self.customer_2)
        self.assertFalse(self.customer.exists())
        self.assertEqual(self.dossier.subject_id, self.customer.id)
        self.assertEqual(event.document_id, self.customer.id)
        told, heard = self.dossier.event_ids[0], self.dossier_2.event_ids[0]
        self.assertEqual(told.summary, "Ma Li was merged into Shop Two.")
        self.assertEqual(heard.summary, "Ma Li was merged into Shop Two.")
        self.assertEqual((told.code, heard.code), ("subject.merged", "subject.absorbed"))
        self.assertEqual(self.Dossier._verify_company(self.company), [])

    def test_merge_into_a_partner_without_dossier(self):
        target = self.env["res.partner"].create({"name": "Third"})
        self._merge(self.customer, target)
        self.assertEqual(self.dossier.event_ids.code, "subject.merged")
        self.assertFalse(
            self.Dossier._find("credit.account", "res.partner", target.ids, self.company)
        )

    def test_merge_of_partners_without_dossiers(self):
        partners = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        count = self.Event.search_count([])
        self._merge(partners[0], partners[1])
        self.assertEqual(self.Event.search_count([]), count)

    def test_subject_deleted(self):
        self._record()
        self.customer.unlink()
        self.env.invalidate_all()
        self.assertEqual(self.dossier.display_name, "Ma Li")
        self.assertEqual(self.dossier._verify(), [])

    def test_functions_removed_by_the_uninstall_hook(self):
        from ..hooks import uninstall_hook

        event = self._record()
        uninstall_hook(self.env)
        self.env.cr.execute(
            "SELECT count(*) FROM pg_proc WHERE proname LIKE 'hr\\_control\\_%protect'"
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.env.cr.execute("DELETE FROM hr_control_event WHERE id = %s", event.ids)
        uninstall_hook(self.env)  # half-way through already
