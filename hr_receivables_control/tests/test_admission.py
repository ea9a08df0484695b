from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .admission_common import CARD, OTHER_USCC, PHOTO, USCC, AdmissionCommon


@tagged("post_install", "-at_install")
class TestAdmissionFile(AdmissionCommon):
    """Completeness, review and who may do what."""

    def test_whole_way_admits_and_lets_buy_on_credit(self):
        partner = self._create_customer()
        file = self._get_file(partner, self.salesman)
        self.assertEqual((file.state, file.completeness_pct), ("draft", 0.0))
        self._fill(file)
        self.assertIn("Waits to be verified", file.missing)
        file.action_submit()
        self.assertEqual(file.state, "submitted")
        self.assertEqual(file.sudo().approval_id.candidate_ids, self.store_manager)
        file.with_user(self.controller).action_verify_all()
        self.assertEqual((file.state, file.completeness_pct), ("reviewing", 100.0))
        file.sudo().approval_id.with_user(self.store_manager).action_approve()
        account = self._get_account(file)
        self.assertRecordValues(
            account,
            [
                {
                    "admission_state": "approved",
                    "admission_pct": 100.0,
                    "admitted_until": self.today + timedelta(days=365),
                    "mode": "cash_only",
                }
            ],
        )
        self.assertFalse(file.missing)
        codes = self._get_codes(file)
        for code in (
            "approval.requested",
            "credit.admission.screened",
            "credit.admission.verified",
            "approval.approved",
            "credit.admission.admitted",
        ):
            self.assertIn(code, codes)
        self._set_limit(file)
        order = self._create_order(1000.0, partner=partner)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_weights_of_required_items_only(self):
        file = self._get_file(self._create_customer(), self.salesman)
        self._fill(file)
        file.action_submit()
        verify = file.with_user(self.controller)
        steps = [("uscc", 30.0), ("contacts", 40.0), ("licence", 80.0), ("legal_id", 100.0)]
        for kind, pct in steps:
            self._get_item(verify, kind).action_verify()
            self.assertAlmostEqual(file.completeness_pct, pct)
        self._get_item(verify, "guarantee").sudo().write({"scan": PHOTO})
        self.assertAlmostEqual(file.completeness_pct, 100.0)

    def test_threshold_is_reached_exactly(self):
        self.company.credit_admission_threshold = 80.0
        file = self._get_file(self._create_customer(), self.salesman)
        licence = self._get_item(file, "licence")
        licence.write({"scan": PHOTO, "scan_name": "a.png", "no_expiry": True})
        file.action_submit()
        file.with_user(self.controller).action_verify_all()
        self.assertAlmostEqual(file.completeness_pct, 80.0)
        self.company.credit_admission_threshold = 80.01
        approval = file.sudo().approval_id.with_user(self.store_manager)
        with self.assertRaisesRegex(UserError, r"80 %.*Identity card"):
            approval.action_approve()
        self.company.credit_admission_threshold = 80.0
        approval.action_approve()
        self.assertEqual(file.state, "approved")
        self.assertFalse(file.admitted_until)
        # a company that asks for more asks it of those admitted too
        self.company.credit_admission_threshold = 81.0
        self.assertEqual(file.state, "expired")
        self.company.credit_admission_threshold = 80.0
        self.assertEqual(file.state, "approved")

    def test_class_that_requires_nothing_is_complete_and_no_class_is_not(self):
        self.customer_class.requirement_ids.is_required = False
        file = self._get_file(self._create_customer())
        self.assertEqual(file._get_standing(), (100.0, False))
        file.class_id = False
        self.assertEqual(file._get_standing(), (0.0, False))
        self.assertIn("Choose the customer class", file.missing)

    def test_missing_items_are_named_in_one_sentence(self):
        partner = self._create_customer(vat="91110000600037341X", child_ids=False)
        file = self._get_file(partner, self.salesman)
        self.assertEqual(
            file.missing,
            "Still missing: Code (the code is wrong by its check digit), Contacts (a contact person with "
            "telephone or e-mail), Licence (scan or photo, last day of validity), Identity card (number).",
        )
        with self.assertRaisesRegex(UserError, "cannot be submitted.*check digit"):
            file.action_submit()

    def test_code_of_a_company_abroad_has_no_chinese_check_digit(self):
        partner = self._create_customer(vat="KZ12", country_id=self.env.ref("base.kz").id)
        self.assertFalse(self._get_item(self._get_file(partner), "uscc").gap)

    def test_wrong_identity_card_number_counts_as_missing(self):
        file = self._get_file(self._create_customer())
        card = self._get_item(file, "legal_id")
        card.number = "110105194912310021"
        self.assertIn("check digit", card.gap)
        card.number = CARD
        self.assertFalse(card.gap)

    def test_items_entered_by_others_may_follow_after_submission(self):
        file = self._get_file(self._create_customer(), self.salesman)
        file.action_submit()
        self.assertEqual(file.state, "submitted")

    def test_refusal_withdrawal_and_second_try(self):
        file = self._get_file(self._create_customer(), self.salesman)
        file.action_submit()
        file.action_withdraw()
        self.assertEqual(file.state, "draft")
        file.action_submit()
        file.sudo().approval_id.with_user(self.store_manager).action_refuse("No licence")
        self.assertEqual(file.state, "rejected")
        self.assertEqual(self._get_account(file).admission_state, "rejected")
        self._fill(file)
        file.action_submit()
        self._approve(file)
        self.assertEqual(file.state, "approved")

    def test_salesman_neither_verifies_nor_approves_his_file(self):
        file = self._get_file(self._create_customer(), self.salesman)
        self._fill(file)
        item = self._get_item(file, "licence")
        file.action_submit()
        self.assertFalse(item.may_verify)
        with self.assertRaises(AccessError):
            item.action_verify()
        with self.assertRaises(UserError):
            file.action_verify_all()
        with self.assertRaises(UserError):
            file.approval_id.sudo().with_user(self.salesman).action_approve()
        with self.assertRaises(AccessError):
            item.action_unverify()
        with self.assertRaises(AccessError):
            file.action_confirm_review()

    def test_who_enters_an_item_neither_verifies_it_nor_decides(self):
        file = self._get_file(self._create_customer(), self.salesman)
        self._fill(file)
        self._get_item(file.with_user(self.controller), "licence").note = "Original seen"
        file.action_submit()
        with self.assertRaises(AccessError):
            self._get_item(file.with_user(self.controller), "licence").action_verify()
        file.with_user(self.owner).action_verify_all()
        approval = file.sudo().approval_id
        self.assertNotIn(self.controller, approval.step_ids.candidate_ids)
        # entered after the submission: the route does not know it yet
        item = self._get_item(file.with_user(self.store_manager), "guarantee")
        item.note = "Told on the telephone"
        with self.assertRaisesRegex(UserError, "has entered something"):
            approval.with_user(self.store_manager).action_approve()

    def test_the_salesperson_of_the_customer_is_no_reviewer_even_as_controller(self):
        partner = self._create_customer(user_id=self.controller.id)
        file = self._get_file(partner, self.store_manager)
        self._fill(file)
        file.action_submit()
        file = file.with_user(self.controller)
        with self.assertRaises(AccessError):
            self._get_item(file, "licence").action_verify()
        self.assertNotIn(self.controller, file.sudo().approval_id.step_ids.candidate_ids)

    def test_state_and_verification_are_closed_to_clients(self):
        file = self._get_file(self._create_customer(), self.salesman)
        item = self._get_item(file, "licence")
        for user in (self.salesman, self.controller):
            with self.assertRaises(AccessError):
                file.with_user(user).write({"state": "submitted"})
            with self.assertRaises(AccessError):
                item.with_user(user).write({"verified_at": fields.Datetime.now()})
            with self.assertRaises(AccessError):
                item.with_user(user).write({"scan_checksum": "x"})
            with self.assertRaises(AccessError):
                file.account_id.with_user(user).write({"admission_state": "approved"})
            with self.assertRaises(AccessError):
                file.account_id.with_user(user).write({"admitted_until": "2099-01-01"})
        with self.assertRaises(AccessError):
            self.env["credit.admission"].with_user(self.salesman).create(
                {"account_id": file.account_id.id}
            )
        with self.assertRaises(AccessError):
            item.copy({"verified_at": fields.Datetime.now()})
        with self.assertRaises(AccessError):
            item.unlink()
        # not even in sudo, without somebody's approval
        with self.assertRaises(UserError):
            file.sudo().write({"state": "approved"})

    def test_hostile_context_lifts_nothing(self):
        context = {
            "default_state": "approved",
            "default_verified_at": "2020-01-01 00:00:00",
            "default_admission_state": "approved",
            "default_credit_admission_policy": "none",
            "import_file": True,
            "install_mode": True,
            "tracking_disable": True,
        }
        partner = (
            self.env["res.partner"]
            .with_user(self.salesman)
            .with_context(**context)
            .create({"name": "Hostile", "is_company": True, "customer_rank": 1})
        )
        file = self._get_file(partner)
        self.assertEqual((file.state, file.account_id.admission_state), ("draft", "draft"))
        self.assertFalse(file.item_ids.filtered("verified_at"))
        order = self._create_order(0.01, partner=partner)
        order.with_context(**context).action_confirm()
        self.assertEqual(order.credit_state, "hold")

    def test_class_is_fixed_for_salespeople_once_submitted(self):
        other = self.env["credit.customer.class"].create(
            {
                "name": "Walk-in",
                "requirement_ids": [Command.create({"name": "Licence", "kind": "licence"})],
            }
        )
        file = self._get_file(self._create_customer(), self.salesman)
        self._fill(file)
        file.class_id = other
        self.assertEqual(file.item_ids.mapped("name"), ["Licence"])
        kept = file.with_context(active_test=False).item_ids
        self.assertEqual(len(kept), 3, "what was brought is put away, not deleted")
        file.class_id = self.customer_class
        file.action_submit()
        with self.assertRaisesRegex(AccessError, "submitted for review"):
            file.class_id = other
        file.with_user(self.controller).class_id = other
        self.assertIn("credit.admission.class", self._get_codes(file))

    def test_a_new_requirement_is_asked_of_open_files_only(self):
        admitted = self._create_admitted()
        draft = self._get_file(self._create_customer(name="Later", vat=OTHER_USCC))
        requirement = self.env["credit.admission.requirement"].create(
            {"name": "Site visit", "class_id": self.customer_class.id, "weight": 50}
        )
        self.assertIn(requirement, draft.item_ids.requirement_id)
        self.assertNotIn(requirement, admitted.item_ids.requirement_id)
        self.assertEqual(admitted.state, "approved")
        visit = draft.item_ids.filtered(lambda item: item.requirement_id == requirement)
        self.assertEqual(visit.gap, "not entered")
        visit.note = "Visited on Monday"
        self.assertFalse(visit.gap)

    def test_weight_changed_later_counts_for_files_that_are_there(self):
        self.company.credit_admission_threshold = 70.0
        file = self._create_admitted()
        self._get_item(file.with_user(self.controller), "licence").action_unverify()
        self.assertEqual((file.state, round(file.completeness_pct)), ("expired", 60))
        licence = self.customer_class.requirement_ids.filtered(lambda r: r.kind == "licence")
        licence.weight = 10
        self.assertEqual((file.state, round(file.completeness_pct)), ("approved", 86))

    def test_colleague_of_another_store_sees_no_foreign_file(self):
        other = self._create_user("credit_other", "sales_team.group_sale_salesman")
        file = self._get_file(self._create_customer())
        found = self.env["credit.admission"].with_user(other).search([("id", "=", file.id)])
        self.assertFalse(found)
        with self.assertRaises(AccessError):
            file.with_user(other).action_submit()
        with self.assertRaises(AccessError):
            self._get_item(file, "licence").with_user(other).note = "x"

    def test_auditor_reads_and_changes_nothing(self):
        auditor = self._create_user("credit_auditor", "hr_control_base.group_control_auditor")
        file = self._get_file(self._create_customer())
        self._get_item(file, "legal_id").number = CARD
        item = self._get_item(file, "legal_id").with_user(auditor)
        self.assertEqual(item.number, "1" + "*" * 15 + "2X")
        with self.assertRaises(AccessError):
            item.note = "x"
        with self.assertRaises(AccessError):
            file.with_user(auditor).action_submit()

    def test_identity_card_is_masked_for_all_but_those_who_verify(self):
        file = self._get_file(self._create_customer(), self.salesman)
        self._fill(file)
        item = self._get_item(file, "legal_id")
        self.assertEqual(item.number, "1" + "*" * 15 + "2X")
        self.assertEqual(item.with_user(self.controller).number, CARD)
        self.salesman.group_ids = [Command.link(self.env.ref("base.group_allow_export").id)]
        self.assertEqual(item.export_data(["number"])["datas"][0][0], item.number)
        with self.assertRaises(AccessError):
            item.read(["number_plain"])
        with self.assertRaises(AccessError):
            item.search([("number_plain", "=", CARD)])
        # what the form sends back is no new number
        item.write({"number": item.number, "note": "Seen"})
        self.assertEqual(item.with_user(self.controller).number, CARD)
        payloads = self._get_account(file).dossier_id.event_ids.mapped("payload")
        self.assertFalse([payload for payload in payloads if CARD in payload or USCC in payload])

    def test_list_of_many_files_costs_no_more_queries(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Dealer {n}", "is_company": True, "customer_rank": 1} for n in range(20)]
        )
        files = self.env["credit.admission"].search([("partner_id", "in", partners.ids)])
        fnames = ["partner_id", "class_id", "completeness_pct", "missing", "next_expiry", "state"]

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.read(fnames)
            return self.env.cr.sql_log_count - before

        count(files)
        self.assertEqual(count(files[:2]), count(files))


@tagged("post_install", "-at_install")
class TestAdmissionExpiry(AdmissionCommon):
    """What runs out by the clock."""

    def _watch(self):
        with self.enter_registry_test_mode():
            self.env.ref("hr_receivables_control.credit_cron_admission").method_direct_trigger()

    def _get_alerts(self, file):
        return self.env["hr.control.alert"].search(
            [
                ("res_model", "=", "credit.admission"),
                ("res_id", "=", file.id),
                ("cleared_at", "=", False),
            ]
        )

    def test_live_on_the_last_day_and_over_on_the_next(self):
        file = self._create_admitted(days=10)
        account = self._get_account(file)
        last = self.today + timedelta(days=10)
        with freeze_time(f"{last} 12:00:00"):
            order = self._create_order(10.0, partner=file.partner_id)
            order.action_confirm()
            self.assertEqual(order.state, "sale")
        with freeze_time(f"{last + timedelta(days=1)} 12:00:00"):
            account.invalidate_recordset()
            self.assertEqual(account.effective_limit, 0.0)
            order = self._create_order(10.0, partner=file.partner_id)
            order.action_confirm()
            self.assertEqual((order.state, order.credit_state), ("draft", "hold"))
            reason = order.sudo().credit_decision_ids.reasons[0]
            self.assertEqual((reason["code"], reason["until"]), ("not_admitted", str(last)))
            self.assertIn("Renew them", order.sudo().credit_decision_ids.explanation)

    def test_company_day_decides(self):
        self.company.control_tz = "Asia/Shanghai"
        file = self._create_admitted(days=10)
        last = self.today + timedelta(days=10)
        # 16:30 UTC is the next day in Xi'an
        with freeze_time(f"{last} 16:30:00"):
            self.assertFalse(self._get_account(file)._is_admitted())

    def test_told_at_30_7_and_0_days_then_suspended_each_once(self):
        file = self._create_admitted(days=31)
        expires = self.today + timedelta(days=31)
        self._watch()
        self.assertFalse(self._get_alerts(file))
        seen = []
        for left in (30, 29, 7, 0):
            with freeze_time(f"{expires - timedelta(days=left)} 12:00:00"):
                self._watch()
                self._watch()
                seen.append(self._get_alerts(file).mapped("key"))
        item = self._get_item(file, "licence")
        key = f"credit.admission.expiry:{item.id}"
        self.assertEqual(seen, [[f"{key}:30"], [f"{key}:30"], [f"{key}:7"], [f"{key}:0"]])
        self.assertIn(self.salesman, self._get_alerts(file).delivery_ids.user_id)
        with freeze_time(f"{expires + timedelta(days=1)} 12:00:00"):
            self._watch()
            self._watch()
        self.assertEqual(file.state, "expired")
        self.assertEqual(self._get_account(file).admission_state, "expired")
        alert = self._get_alerts(file)
        self.assertEqual((alert.key, alert.level), (f"{key}:over", "critical"))
        self.assertIn("suspended", alert.summary)
        self.assertEqual(self._get_codes(file).count("credit.admission.expired"), 1)

    def test_straight_to_the_nearest_level(self):
        file = self._create_admitted(days=5)
        self._watch()
        self.assertEqual(len(self._get_alerts(file)), 1)
        self.assertTrue(self._get_alerts(file).key.endswith(":7"))

    def test_renewal_counts_from_its_verification_and_never_interrupts(self):
        file = self._create_admitted(days=5)
        self._watch()
        old = self._get_item(file, "licence")
        action = old.action_renew()
        self.assertEqual(old.action_renew()["res_id"], action["res_id"])
        new = old.browse(action["res_id"])
        new.write({"scan": PHOTO, "expires_on": self.today + timedelta(days=400)})
        account = self._get_account(file)
        self.assertEqual(account.admitted_until, self.today + timedelta(days=5))
        self.assertEqual((file.state, file.completeness_pct), ("approved", 100.0))
        with self.assertRaises(AccessError):
            new.action_verify()
        new.with_user(self.controller).action_verify()
        self.assertEqual(account.admitted_until, self.today + timedelta(days=400))
        self.assertFalse(old.active)
        self.assertFalse(self._get_alerts(file))
        with self.assertRaisesRegex(AccessError, "replaced"):
            old.note = "x"

    def test_expired_file_is_good_again_once_renewed_and_verified(self):
        file = self._create_admitted(days=5)
        with freeze_time(f"{self.today + timedelta(days=6)} 12:00:00"):
            self._watch()
            self.assertEqual(file.state, "expired")
            order = self._create_order(10.0, partner=file.partner_id)
            order.action_confirm()
            self.assertEqual(order.credit_state, "hold")
            new = file.item_ids.browse(self._get_item(file, "licence").action_renew()["res_id"])
            new.write({"scan": PHOTO, "no_expiry": True})
            new.with_user(self.controller).action_verify()
            self.assertEqual(file.state, "approved")
            self.assertFalse(self._get_account(file).admitted_until)
            order.action_confirm()
            self.assertEqual(order.state, "sale")

    def test_optional_item_that_runs_out_suspends_nobody(self):
        file = self._create_admitted()
        guarantee = self._get_item(file, "guarantee")
        guarantee.write({"scan": PHOTO, "expires_on": self.today + timedelta(days=1)})
        guarantee.with_user(self.controller).action_verify()
        with freeze_time(f"{self.today + timedelta(days=2)} 12:00:00"):
            self._watch()
            self.assertEqual(file.state, "approved")
            self.assertNotIn("suspended", self._get_alerts(file).summary)

    def test_regular_review_is_asked_for_and_confirmed_by_somebody_else(self):
        self.company.credit_admission_review_months = 12
        with freeze_time("2028-02-29 09:00:00"):
            self.today = self.company._company_today()
            file = self._create_admitted(days=4000)
        with freeze_time("2029-02-27 09:00:00"):
            self._watch()
            self.assertFalse(self._get_alerts(file))
        with freeze_time("2029-02-28 09:00:00"):
            self._watch()
            self._watch()
            alert = self._get_alerts(file)
            self.assertEqual(alert.delivery_ids.user_id, self.controller)
            file.with_user(self.controller).action_confirm_review()
            self.assertFalse(self._get_alerts(file))
            self._watch()
            self.assertFalse(self._get_alerts(file))
        self.assertIn("credit.admission.reviewed", self._get_codes(file))
        self.company.credit_admission_review_months = 0
        self.assertFalse(file.review_due)

    def test_a_broken_file_does_not_stop_the_others(self):
        broken = self._create_admitted(days=5)
        good = self._create_admitted(days=5, name="Second", vat=OTHER_USCC)
        watch = type(broken)._watch

        def fail_for_one(file):
            if file.id == broken.id:
                raise ValueError("broken")
            return watch(file)

        self.patch(type(broken), "_watch", fail_for_one)
        with mute_logger("odoo.addons.hr_receivables_control.models.credit_admission_expiry"):
            self._watch()
        self.assertTrue(self._get_alerts(good))
