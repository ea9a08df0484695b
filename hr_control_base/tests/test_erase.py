from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_dossier import DossierCase


@tagged("post_install", "-at_install")
class TestErase(DossierCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.company_ids |= cls.other_company
        cls.employee = cls.env["hr.employee"].create(
            {"name": "Clerk Zhang", "user_id": cls.clerk.id}
        )

    def _erase(self, user=None, **values):
        wizard = self.env["hr.control.erase"].with_user(user or self.manager)
        return wizard.create({"reason": "Request of 12 March", **values}).action_erase()

    def _assert_erased(self, *events):
        for event in events:
            self.assertFalse(event.names, event.code)
            self.assertFalse(event.names_salt)
        self.assertEqual(self.Dossier._verify_company(self.company), [])

    def test_subject(self):
        event, waiting, other = (
            self._record(),
            self._record(link=False),
            self._record(self.dossier_2),
        )
        payload = event.payload
        self._erase(partner_id=self.customer.id)
        self._assert_erased(event, waiting)
        self.assertEqual(event.payload, payload)
        self.assertTrue(other.names)
        self.assertFalse(self.dossier.name)
        self.assertEqual(self.dossier.display_name, f"{self.dossier.kind_label} {self.customer.id}")
        told = self.dossier.event_ids.sorted("seq")[-1]
        self.assertEqual(
            (told.code, told.seq, self._payload(told)["data"]),
            ("names.erased", 3, {"seqs": [1, 2], "count": 2}),
        )
        self.assertEqual(told.names["reason"], "Request of 12 March")
        self.assertNotIn("subject", told.names)
        self.assertEqual(told.actor_uid, self.manager.id)
        self._assert_chained(self.dossier)

    def test_actor_by_user_employee_or_contact(self):
        for values in (
            {"user_id": self.clerk.id},
            {"employee_id": self.employee.id},
            {"partner_id": self.clerk.partner_id.id},
        ):
            event = (
                self.Event.with_user(self.clerk)
                .sudo()
                ._append([{"dossier": self.dossier, "code": "test"}])
            )
            other = self._record()
            self._erase(**values, texts=False)
            self._assert_erased(event)
            self.assertTrue(other.names)

    def test_document(self):
        event = self._record(document=self.employee)
        self._erase(user_id=self.clerk.id, texts=False)
        self._assert_erased(event)

    def test_named_as_a_record(self):
        event = self._record(names={"approver": self.clerk})
        self.clerk.name = "Renamed since"
        self._erase(user_id=self.clerk.id)
        self._assert_erased(event)

    def test_named_in_a_text_only(self):
        event = self._record(self.dossier_2, names={"reason": "asked by ma li, in person"})
        other = self._record(self.dossier_2, names={"reason": "asked by M_ %"})
        self._erase(partner_id=self.customer.id)
        self._assert_erased(event)
        self.assertTrue(other.names)

    def test_wildcards_in_a_name_are_text(self):
        event = self._record(self.dossier_2, names={"reason": "by 100% sure"})
        other = self._record(self.dossier_2, names={"reason": "by 1000 sure"})
        self._erase(partner_id=self.env["res.partner"].create({"name": "100% sure"}).id)
        self._assert_erased(event)
        self.assertTrue(other.names)

    def test_in_all_companies_of_the_user(self):
        foreign = self._open(self.customer, self.other_company)
        event = self._record(foreign)
        self._erase(partner_id=self.customer.id)
        self.assertFalse(event.names)

    def test_not_in_companies_of_others(self):
        self.manager.company_ids = self.company
        foreign = self._open(self.customer, self.other_company)
        event = self._record(foreign)
        self._erase(partner_id=self.customer.id)
        self.assertTrue(event.names)
        self.assertTrue(foreign.name)

    def test_twice(self):
        event = self._record()
        self._erase(partner_id=self.customer.id)
        again = self._record()
        self._erase(partner_id=self.customer.id)
        self._assert_erased(event, again)
        told = self.dossier.event_ids.filtered(lambda event: event.code == "names.erased")
        self.assertEqual(
            [names["reason"] for names in told.mapped("names")], ["Request of 12 March"] * 2
        )

    def test_erasure_itself_mentions_the_person(self):
        event = self._record()
        self._erase(partner_id=self.customer.id, reason="Ma Li asked")
        told = self.dossier.event_ids[0]
        self._erase(partner_id=self.customer.id)
        self._assert_erased(event, told)

    def test_erased_event_still_reads(self):
        event = self._record(data={"rule": "limit"})
        self._erase(partner_id=self.customer.id)
        self.assertEqual(event.actor_name, "(erased)")
        self.assertIn("limit", event.summary)

    def test_preview_counts(self):
        self._record()
        self._record(self.dossier_2, names={"reason": "Ma Li asked"})
        with Form(self.env["hr.control.erase"].with_user(self.manager)) as form:
            form.partner_id = self.customer
            self.assertEqual(form.texts, "Ma Li")
            self.assertEqual((form.dossier_count, form.event_count), (2, 2))
            form.reason = "x"

    def test_refusals(self):
        with self.assertRaisesRegex(UserError, "Choose the contact"):
            self._erase(texts="Ma Li")
        with self.assertRaisesRegex(UserError, "Say why"):
            self._erase(partner_id=self.customer.id, reason="  ")
        for user in (self.auditor, self.clerk):
            with self.assertRaises(AccessError):
                self._erase(user, partner_id=self.customer.id)
