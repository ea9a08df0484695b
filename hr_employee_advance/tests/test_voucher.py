import hashlib
import json

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .follow_up_common import OTHER_PHOTO, PHOTO, FollowUpCommon

DIGEST = hashlib.sha256(b"\x89PNG the hotel invoice").hexdigest()


@tagged("post_install", "-at_install")
class TestVoucher(FollowUpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.env["hr.employee.advance.paper.kind"].create(
            {
                "purpose_id": cls.purpose.id,
                "name": "Hotel Invoice",
                "stage": "settlement",
                "minimum": 2,
            }
        )

    def _mark(self, voucher, reason="The stamp cannot be read", verdict=None, user=None):
        wizard = (
            self.env["hr.employee.advance.voucher.mark"]
            .with_user(user or self.finance)
            .create(
                {"voucher_ids": [Command.set(voucher.ids)], "reason": reason}
                | ({"verdict": verdict} if verdict else {})
            )
        )
        wizard.action_confirm()

    def test_bytes_are_on_record_when_handed_in_and_with_the_verdict(self):
        advance = self._submit(self._make_advance())
        voucher = self._hand_in(advance)
        self.assertRecordValues(
            voucher,
            [
                {
                    "checksum": DIGEST,
                    "state": "pending",
                    "stage": "settlement",
                    "kind_id": self.invoice.id,
                    "entered_by_id": self.user.id,
                }
            ],
        )
        voucher.with_user(self.finance).action_mark_valid()
        self.assertEqual((voucher.state, voucher.verdict_by_id), ("valid", self.finance))
        events = self._get_events("advance.voucher.%")
        self.assertEqual(
            events.mapped("code"), ["advance.voucher.handed_in", "advance.voucher.valid"]
        )
        for event in events:
            self.assertEqual(json.loads(event.payload)["data"]["checksum"], DIGEST)
            self.assertIn("Hotel", event.summary)
            self.assertIn(DIGEST, event.summary)

    def test_files_of_the_request_become_vouchers_when_it_is_submitted(self):
        kind = self.env["hr.employee.advance.paper.kind"].create(
            {"purpose_id": self.purpose.id, "name": "Plan", "stage": "request", "minimum": 1}
        )
        advance = self._make_advance()
        files = (
            self.env["ir.attachment"]
            .with_user(self.user)
            .create([{"name": "plan.pdf", "raw": b"plan"}, {"name": "more.pdf", "raw": b"more"}])
        )
        paper = advance.paper_ids.filtered(lambda found: found.kind_id == kind)
        paper.with_user(self.user).attachment_ids = [Command.set(files.ids)]
        self.assertFalse(advance.voucher_ids)
        self._submit(advance)
        self.assertEqual(set(advance.voucher_ids.mapped("stage")), {"request"})
        self.assertEqual(advance.voucher_ids.kind_id, kind)
        self.assertEqual(
            set(advance.voucher_ids.mapped("checksum")),
            {hashlib.sha256(raw).hexdigest() for raw in (b"plan", b"more")},
        )
        self.assertEqual(advance.paper_state, "waiting")
        # recalled and asked again without one of them: that one goes, the other is no second time there
        advance.with_user(self.user).action_recall()
        paper.with_user(self.user).attachment_ids = [Command.unlink(files[1].id)]
        self._submit(advance)
        self.assertEqual(advance.voucher_ids.mapped("file_name"), ["plan.pdf"])

    def test_verdict_needs_a_reason_and_reaches_the_employee(self):
        voucher = self._hand_in(self._submit(self._make_advance()))
        with self.assertRefused("Say what is wrong"):
            self._mark(voucher, reason="  ")
        self._mark(voucher)
        self.assertEqual((voucher.state, voucher.reason), ("refused", "The stamp cannot be read"))
        alert = self._get_alerts(f"advance.voucher:{voucher.id}")
        self.assertEqual(alert.delivery_ids.user_id, self.user)
        self.assertIn("The stamp cannot be read", alert.summary)
        self.assertTrue(alert.delivery_ids.mail_id)
        voucher.with_user(self.finance).action_mark_valid()
        self.assertTrue(alert.cleared_at)
        self.assertFalse(voucher.reason)

    def test_after_the_verdict_the_paper_stays(self):
        voucher = self._hand_in(self._submit(self._make_advance()))
        own = voucher.with_user(self.user)
        own.write({"file": OTHER_PHOTO, "note": "better light"})
        self.assertEqual(len(self._get_events("advance.voucher.handed_in")), 2)
        for verdict in ("valid", "refused"):
            if verdict == "valid":
                voucher.with_user(self.finance).action_mark_valid()
            else:
                self._mark(voucher)
            for vals in ({"file": PHOTO}, {"note": "x"}, {"amount": 3.0}, {"stage": "request"}):
                with self.assertRefused("is kept as it is"):
                    own.write(vals)
            with self.assertRefused("is kept as it is"):
                own.unlink()
        self.assertEqual(voucher.checksum, hashlib.sha256(b"\x89PNG another invoice").hexdigest())

    def test_nobody_judges_his_own_and_only_finance_judges(self):
        advance = self._submit(self._make_advance())
        voucher = self._hand_in(advance)
        for user in (self.user, self.manager):
            with self.assertRefused("judged by finance", AccessError):
                voucher.with_user(user).action_mark_valid()
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            voucher.with_user(self.colleague).action_mark_valid()
        self.user.group_ids = [
            Command.link(self.env.ref("hr_employee_advance.group_advance_finance").id)
        ]
        with self.assertRefused("your own", AccessError):
            voucher.with_user(self.user).action_mark_valid()
        # an administrator with all groups is bound as well
        admin = self.env.ref("base.user_admin")
        admin.write({"company_ids": [Command.link(self.company.id)]})
        with self.assertRefused("judged by finance", AccessError):
            voucher.with_user(admin).sudo().action_mark_valid()

    def test_closed_fields_cannot_be_forged_in_any_context(self):
        advance = self._submit(self._make_advance())
        voucher = self._hand_in(advance)
        own = voucher.with_user(self.user).with_context(bypass=True, install_mode=True)
        for vals in (
            {"state": "valid"},
            {"checksum": "0" * 64},
            {"reason": "fine"},
            {"entered_by_id": self.finance.id},
            {"verdict_by_id": self.finance.id},
            {"from_request": True},
        ):
            with self.assertRaises(AccessError):
                own.write(vals)
            with self.assertRaises(AccessError):
                own.create({"advance_id": advance.id, "name": "x"} | vals)
        with self.assertRaises(AccessError):
            own.with_context(default_state="valid").create({"advance_id": advance.id, "name": "x"})
        with self.assertRefused("stays with the advance"):
            own.write({"advance_id": self._make_advance().id})
        with self.assertRaises(AccessError):
            self._hand_in(advance, user=self.colleague)

    def test_file_behind_the_paper_is_not_swapped(self):
        advance = self._submit(self._make_advance())
        voucher = self._hand_in(advance)
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", voucher._name),
                ("res_id", "=", voucher.id),
                ("res_field", "=", "file"),
            ]
        )
        own = attachment.with_user(self.user)
        with self.assertRaises(AccessError):
            own.write({"raw": b"better"})
        with self.assertRaises(AccessError):
            own.unlink()
        with self.assertRaises(AccessError):
            own.create(
                {
                    "name": "file",
                    "res_model": voucher._name,
                    "res_id": voucher.id,
                    "res_field": "file",
                    "raw": b"better",
                }
            )
        # past the ORM: found out by the verdict
        other = self.env["ir.attachment"].create({"name": "x", "raw": b"swapped on the disk"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = %s WHERE id = %s",
            [other.store_fname, attachment.id],
        )
        self.env.invalidate_all()
        with self.assertRefused("is not the one that was handed in"):
            voucher.with_user(self.finance).action_mark_valid()
        self.assertEqual(voucher.state, "pending")

    def test_files_of_a_submitted_advance_are_kept(self):
        advance = self._make_advance()
        file = (
            self.env["ir.attachment"]
            .with_user(self.user)
            .create(
                {"name": "a.txt", "raw": b"a", "res_model": advance._name, "res_id": advance.id}
            )
        )
        file.write({"raw": b"b"})
        self._submit(advance)
        with self.assertRefused("kept as they are", AccessError):
            file.write({"raw": b"c"})
        with self.assertRefused("kept as they are", AccessError):
            file.unlink()

    def test_papers_wanted_as_a_sentence_and_as_a_state(self):
        advance = self._paid(1000.0)
        self.assertEqual(advance.paper_state, "none")
        self.assertIn("Hotel Invoice (2 more)", advance.paper_sentence)
        self._book(advance, -400.0, "expense")
        self.assertEqual((advance.state, advance.paper_state), ("partially_settled", "deficient"))
        first = self._hand_in(advance)
        self.assertIn("Hotel Invoice (1 more)", advance.paper_sentence)
        second = self._hand_in(advance, file=OTHER_PHOTO)
        self.assertFalse(advance.paper_sentence)
        self.assertEqual(advance.paper_state, "waiting")
        (first | second).with_user(self.finance).action_mark_valid()
        self.assertEqual(advance.paper_state, "complete")
        self._mark(second)
        self.assertEqual(advance.paper_state, "deficient")
        self.assertIn("Hotel Invoice (1 more)", advance.paper_sentence)
        self._hand_in(advance, file=OTHER_PHOTO)
        self.assertEqual(advance.paper_state, "waiting")
        self.assertIn(
            advance, self.env["hr.employee.advance"].search([("paper_state", "=", "waiting")])
        )

    def test_finance_asks_for_a_paper_that_nobody_entered(self):
        advance = self._submit(self._make_advance())
        wizard = self.env["hr.employee.advance.voucher.mark"].with_user(self.finance)
        with Form(wizard.with_context(default_advance_id=advance.id)) as form:
            self.assertEqual(form.verdict, "missing")
            form.paper = "Guest list"
            form.reason = "Who was there?"
        form.record.action_confirm()
        asked = advance.voucher_ids
        self.assertRecordValues(
            asked, [{"name": "Guest list", "state": "missing", "checksum": False}]
        )
        alert = self._get_alerts(f"advance.voucher:{asked.id}")
        self.assertEqual(alert.delivery_ids.user_id, self.user)
        with self.assertRefused("cannot be valid"):
            asked.with_user(self.second_finance).action_mark_valid()
        asked.with_user(self.user).write({"file": PHOTO, "file_name": "guests.jpg"})
        self.assertEqual((asked.state, asked.is_image), ("pending", True))
        self.assertTrue(alert.cleared_at)
        asked.with_user(self.finance).action_mark_valid()

    def test_same_file_for_two_advances_is_pointed_out(self):
        first, second = self._submit(self._make_advance()), self._submit(self._make_advance())
        voucher = self._hand_in(first)
        self.assertFalse(voucher.twin_sentence)
        twin = self._hand_in(second)
        self.assertIn(first.name, twin.twin_sentence)
        voucher.invalidate_recordset(["twin_sentence"])
        self.assertIn(second.name, voucher.twin_sentence)

    def test_receipt_is_confirmed_in_writing(self):
        advance = self._submit(self._make_advance())
        with self.assertRefused("No paper"):
            advance.with_user(self.finance).action_acknowledge_papers()
        self._hand_in(advance).with_user(self.finance).action_mark_valid()
        with self.assertRefused("by finance", AccessError):
            advance.with_user(self.user).action_acknowledge_papers()
        with self.assertRefused("by finance", AccessError):
            advance.with_user(self.manager).action_acknowledge_papers()
        advance.with_user(self.finance).action_acknowledge_papers()
        mail = self.env["mail.mail"].search(
            [("model", "=", advance._name), ("res_id", "=", advance.id)], order="id desc", limit=1
        )
        self.assertEqual(mail.recipient_ids, self.user.partner_id)
        self.assertIn(DIGEST, mail.body_html)
        self.assertIn("Valid", mail.body_html)
        self.assertTrue(self._get_events("advance.papers.acknowledged"))

    def test_who_takes_a_paper_back(self):
        advance = self._submit(self._make_advance())
        voucher = self._hand_in(advance)
        with self.assertRaises(AccessError):
            voucher.with_user(self.manager).unlink()
        voucher.with_user(self.user).unlink()
        self.assertEqual(len(self._get_events("advance.voucher.withdrawn")), 1)

    def test_photo_from_the_phone(self):
        advance = self._paid()
        action = advance.with_user(self.user).action_add_voucher()
        vouchers = self.env[action["res_model"]].with_user(self.user)
        with Form(vouchers.with_context(**action["context"])) as form:
            self.assertEqual(
                (form.stage, form.kind_id, form.name), ("settlement", self.invoice, "Hotel Invoice")
            )
            form.file = PHOTO
        self.assertRecordValues(
            form.record, [{"advance_id": advance.id, "checksum": DIGEST, "state": "pending"}]
        )
        found = advance.with_user(self.finance).action_open_vouchers()
        self.assertEqual(self.env[found["res_model"]].search(found["domain"]), form.record)

    def test_papers_are_added_on_the_form_of_the_advance(self):
        advance = self._submit(self._make_advance())
        with Form(advance.with_user(self.user)) as form, form.voucher_ids.new() as line:
            line.name = "Taxi"
            line.file = PHOTO
        self.assertRecordValues(
            advance.voucher_ids,
            [{"name": "Taxi", "checksum": DIGEST, "stage": "settlement", "state": "pending"}],
        )

    def test_closed_requests_take_no_papers(self):
        advance = self._make_advance()
        advance.with_user(self.user).action_cancel()
        with self.assertRaises(UserError):
            self._hand_in(advance)

    def test_another_company_sees_nothing(self):
        voucher = self._hand_in(self._submit(self._make_advance()))
        other = self.env["res.company"].create({"name": "Another Company"})
        outsider = self._create_user(
            "advance_outsider", "hr_employee_advance.group_advance_finance", companies=other
        )
        found = self.env["hr.employee.advance.voucher"].with_user(outsider)
        abroad = found.with_context(allowed_company_ids=other.ids)
        self.assertFalse(abroad.search([("id", "=", voucher.id)]))
        self.assertTrue(found.with_user(self.finance).search([("id", "=", voucher.id)]))
        self.assertTrue(found.with_user(self.manager).search([("id", "=", voucher.id)]))
        self.assertFalse(found.with_user(self.colleague).search([("id", "=", voucher.id)]))
