import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_dossier import DossierCase


@tagged("post_install", "-at_install")
class TestDossier(DossierCase):
    def test_ensure_opens_once_per_subject_company_and_kind(self):
        partners = self.customer + self.customer_2
        again = self.Dossier._ensure("credit.account", partners, self.company)
        self.assertEqual(
            again, {self.customer.id: self.dossier, self.customer_2.id: self.dossier_2}
        )
        self.assertNotEqual(self._open(self.customer, self.other_company), self.dossier)
        self.assertNotEqual(self._open(self.customer, kind="advance.account"), self.dossier)
        self.assertEqual(self.dossier.name, "Ma Li")

    def test_ensure_costs_the_same_for_many(self):
        partners = self.env["res.partner"].create([{"name": f"Customer {n}"} for n in range(50)])
        partners.mapped("display_name")
        with self.assertQueryCount(5):  # find, insert in a savepoint, find
            dossiers = self.Dossier._ensure("credit.account", partners, self.company)
        self.assertEqual(list(dossiers), partners.ids)
        with self.assertQueryCount(1):
            self.Dossier._ensure("credit.account", partners, self.company)

    def test_ensure_without_subjects(self):
        self.assertEqual(
            self.Dossier._ensure("credit.account", self.env["res.partner"], self.company), {}
        )

    def test_display_name_without_name(self):
        self.env.cr.execute(
            "UPDATE hr_control_dossier SET name = NULL WHERE id = %s", self.dossier.ids
        )
        self.dossier.invalidate_recordset()
        self.assertEqual(self.dossier.display_name, f"{self.dossier.kind_label} {self.customer.id}")

    def test_kind_label_of_a_model_in_the_registry(self):
        self.assertEqual(self._open(self.customer, kind="res.partner").kind_label, "Contact")

    def test_nobody_changes_a_dossier(self):
        for dossier in (self.dossier, self.dossier.with_user(self.manager), self.dossier.sudo()):
            with self.assertRaises(AccessError):
                dossier.write({"name": "Somebody else"})
            with self.assertRaises(AccessError):
                dossier.unlink()
            with self.assertRaises(AccessError):
                dossier.copy()
            with self.assertRaises(AccessError):
                dossier.create({"kind": "x", "subject_model": "res.partner", "subject_id": 1})

    def test_database_keeps_a_dossier_with_events(self):
        self._record()
        with self.assertRaises(psycopg2.Error), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            self.env.cr.execute("DELETE FROM hr_control_dossier WHERE id = %s", self.dossier.ids)

    def test_open_subject(self):
        self.assertEqual(self.dossier.action_open_subject()["res_id"], self.customer.id)
        lost = self._open(self.env["res.partner"].browse(self.customer.id), kind="x")
        self.customer.unlink()
        with self.assertRaisesRegex(UserError, "no longer exists"):
            lost.action_open_subject()

    # -- guard ---------------------------------------------------------

    def test_guard_counts_each_dossier_once(self):
        (self.dossier_2 + self.dossier + self.dossier_2).concat(self.dossier)._take_guard()
        self.assertEqual((self.dossier.guard, self.dossier_2.guard), (1, 1))
        self.Dossier._take_guard()
        self.assertEqual(self.dossier.guard, 1)

    def test_guard_is_one_statement(self):
        many = self.Dossier.concat(self.dossier, self.dossier_2)
        with self.assertQueryCount(3):  # in a savepoint, as no request stands around
            many._take_guard()

    def test_guard_of_a_missing_dossier_refused(self):
        missing = self.Dossier.browse(self.dossier.id + 1_000_000)
        with self.assertRaisesRegex(UserError, "Of 2 dossiers only 1 exist"):
            (self.dossier + missing)._take_guard()

    # -- chain ---------------------------------------------------------

    def test_link_chains_waiting_events_in_order(self):
        events = self.Event._append(
            [{"dossier": self.dossier, "code": f"test.{n}"} for n in range(3)]
        )
        self.assertEqual(events.mapped("seq"), [0, 0, 0])
        self.assertEqual(self.dossier.waiting_count, 3)
        self.dossier._take_guard()
        self.dossier._link()
        self.assertEqual(events.mapped("seq"), [1, 2, 3])
        self.assertEqual((self.dossier.event_count, self.dossier.waiting_count), (3, 0))
        self._record()
        self._assert_chained(self.dossier)

    def test_link_of_several_dossiers_costs_the_same(self):
        both = self.dossier + self.dossier_2
        for dossier in both:
            self._record(dossier, link=False)
        both._take_guard()
        with self.assertQueryCount(2):
            both._link()
        for dossier in both:
            self._assert_chained(dossier)
        with self.assertQueryCount(1):
            both._link()

    def test_waiting_longest_first(self):
        self._record(self.dossier_2, link=False)
        self._record(self.dossier, link=False)
        self.assertEqual(self.Dossier._get_waiting(self.company), self.dossier_2 + self.dossier)
        self.assertTrue(self.Dossier._link_waiting_now(self.company))
        self.assertFalse(self.Dossier._get_waiting(self.company))

    # -- access --------------------------------------------------------

    def test_auditor_and_manager_read_their_company_only(self):
        foreign = self._open(self.customer, self.other_company)
        event = self._record(foreign)
        self._record()
        for user in (self.auditor, self.manager):
            self.assertIn(self.dossier, self.Dossier.with_user(user).search([]))
            self.assertTrue(self.dossier.with_user(user).event_ids.mapped("summary"))
            self.assertNotIn(foreign, self.Dossier.with_user(user).search([]))
            self.assertNotIn(event, self.Event.with_user(user).search([]))
            with self.assertRaises(AccessError):
                foreign.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                event.with_user(user).read(["payload"])

    def test_clerk_reads_nothing(self):
        event = self._record()
        for record in (self.dossier, event):
            with self.assertRaises(AccessError):
                record.with_user(self.clerk).read(["display_name"])
