import base64
import contextlib

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .follow_up_common import OTHER_PHOTO
from .test_sign import SignCommon


@tagged("post_install", "-at_install")
class TestHostileContext(SignCommon):
    """What is made by the system in the context of somebody who sends defaults with his call."""

    def _forge(self, **values):
        forged = {
            "state": "confirmed",
            "answered_via": "odoo",
            "answered_by_id": self.user.id,
            "answered_at": "2026-01-01 00:00:00",
            "content_sha256": "0" * 64,
            "signer_name": self.employee.name,
            "reason": "Forged",
        }
        return {f"default_{name}": value for name, value in (forged | values).items()}

    def assertUntouched(self, paper):
        self.assertRecordValues(
            paper,
            [
                {
                    "state": "asked",
                    "answered_via": False,
                    "answered_by_id": False,
                    "answered_at": False,
                    "content_sha256": False,
                    "signer_name": False,
                    "reason": False,
                }
            ],
        )

    def test_balance_is_asked_for_unanswered(self):
        with freeze_time(self._day("2026-03-02")):
            self._paid(1820.0, date="2026-03-02", date_expected="2099-12-31")
        with freeze_time(self._day("2026-04-01")):
            wizard = (
                self.env["hr.employee.advance.confirmation.ask"]
                .with_user(self.finance)
                .with_context(allowed_company_ids=self.company.ids, **self._forge())
            )
            wizard.create({"date": "2026-03-31"}).action_ask()
        asked = self.env["hr.employee.advance.confirmation"].search(
            [("employee_id", "=", self.employee.id)]
        )
        self.assertUntouched(asked)

    def test_slip_is_handed_back_unanswered(self):
        advance = self._settled()
        advance.with_user(self.finance).with_context(**self._forge()).action_hand_back_slip()
        self.assertUntouched(
            advance.acknowledgement_ids.filtered(lambda paper: paper.kind == "slip")
        )

    def test_link_has_no_copy(self):
        asked = self._asked()
        asked.employee_id.sudo().write({"user_id": False, "work_email": "li@work.example"})
        asked.with_user(self.finance).with_context(
            default_email_cc="me@evil.example",
            default_recipient_ids=[Command.link(self.finance.partner_id.id)],
            default_auto_delete=False,
        ).action_send_link()
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertRecordValues(
            mail,
            [
                {
                    "email_to": "li@work.example",
                    "email_cc": False,
                    "recipient_ids": [],
                    "auto_delete": True,
                }
            ],
        )

    def test_who_asks_gets_no_link(self):
        """His address stands on the employee: nothing is mailed, a colleague sends the link elsewhere."""
        with freeze_time(self._day("2026-03-02")):
            self._paid(1820.0, date="2026-03-02", date_expected="2099-12-31")
        own = self._create_employee(self.finance, private_email="me@home.example")
        self.assertEqual(own.user_id, self.finance)
        for day, address in (
            ("2026-03-29", self.finance.email),
            ("2026-03-30", "ME@home.example"),
            ("2026-03-31", f"li@work.example, {self.finance.email}"),
        ):
            self.employee.write({"user_id": False, "work_email": address})
            asked = (
                self.env["hr.employee.advance.confirmation"]
                .with_user(self.finance)
                ._ask(self.employee, self.company, day)
            )
            self.assertFalse(asked.token_digest, address)
            with self.assertRefused("your own address", AccessError):
                asked.with_user(self.finance).action_send_link()

    def test_request_brings_no_answers_and_no_verdicts(self):
        self.purpose.write(
            {
                "question_ids": [Command.create({"name": "What for?", "is_required": True})],
                "paper_ids": [Command.create({"name": "Offer", "stage": "request", "minimum": 1})],
            }
        )
        advance = self._make_advance(100.0)
        file = self.env["ir.attachment"].with_user(self.user)
        file = file.create({"name": "offer.pdf", "raw": b"What was shown"})
        advance.paper_ids.with_user(self.user).write({"attachment_ids": [Command.link(file.id)]})
        advance.with_user(self.user).with_context(
            default_answer="Sure",
            default_answered_by_id=self.manager.id,
            default_state="valid",
            default_verdict_by_id=self.finance.id,
            default_active=False,
        ).action_submit()
        self.assertRecordValues(advance.answer_ids, [{"answer": False, "answered_by_id": False}])
        self.assertRecordValues(advance.voucher_ids, [{"state": "pending", "verdict_by_id": False}])
        self.assertEqual(advance.approval_id.activity_ids.user_id, self.manager)

    def test_replaced_file_stays_in_sight(self):
        advance = self._paid()
        voucher = self._hand_in(advance)
        voucher.with_user(self.user).with_context(default_res_field="hidden").file = OTHER_PHOTO
        kept = self.env["ir.attachment"].search(
            [("res_model", "=", advance._name), ("res_id", "=", advance.id)]
        )
        self.assertEqual(len(kept), 1)

    # Signing --------------------------------------------------------------------------------------

    def test_stranger_holds_up_no_account(self):
        asked = self._asked()
        dossier = next(iter(asked.employee_id._ensure_advance_dossiers().values()))
        before = dossier.guard
        stranger = asked.with_user(self.env.ref("base.public_user"))
        # not by assertRaises, which rolls back: the page answers, and that is committed
        with contextlib.suppress(AccessError):
            stranger._sign("confirmed", "nonsense", "Li Wei", self._drawing())
        dossier.invalidate_recordset()
        self.assertEqual(dossier.guard, before)

    def test_what_he_calls_himself_is_not_who_he_is(self):
        asked, token = self._asked_without_user()
        stranger = asked.with_user(self.env.ref("base.public_user"))
        stranger._sign("confirmed", token, "The Chairman", self._drawing())
        summary = self._get_events("advance.confirmation.confirmed").summary
        self.assertIn(f"{self.employee.name} confirmed", summary)
        self.assertNotIn("Chairman", summary)
        self.assertEqual(asked.signer_name, "The Chairman")
        self.assertEqual(self._get_events("advance.paper.signed").names["signer"], "The Chairman")

    def test_what_is_no_text_is_refused(self):
        own = self._asked().with_user(self.user)
        with self.assertRefused("Draw your signature"):
            own._sign("confirmed", None, {"name": 1}, [1])
        with self.assertRefused("link has ended", AccessError):
            own.with_user(self.env.ref("base.public_user"))._get_signing_way(["x"])

    def test_own_paper_of_a_record_without_user(self):
        """HR took the user off the record of somebody in finance: it is still his own paper."""
        employee = self._create_employee(self.finance, parent_id=self.manager_employee.id)
        employee.write({"user_id": False, "work_email": "home@me.example"})
        with freeze_time(self._day("2026-03-02")):
            advance = self._make_advance(
                10.0, user=self.hr_officer, employee_id=employee.id, date_expected="2099-12-31"
            )
            self._book(self._approve(advance), 10.0, date="2026-03-02")
        voucher = self._hand_in(advance, user=self.hr_officer)
        with self.assertRefused("your own", AccessError):
            voucher.with_user(self.finance).action_mark_valid()
        asked = self._ask(employee)
        for call in (
            lambda paper: paper._file_scan("confirmed", b"%PDF a scan", "x.pdf"),
            lambda paper: paper.action_send_link(),
        ):
            with self.assertRefused("your own", AccessError):
                call(asked.with_user(self.finance))
        asked.with_user(self.second_finance)._file_scan("confirmed", b"%PDF a scan", "x.pdf")
        self.assertEqual(base64.b64decode(asked.scan), b"%PDF a scan")

    # What is said and asked -----------------------------------------------------------------------

    def test_tasks_of_others_stay_on_their_list(self):
        """Whoever set them off, and whoever may talk on the document, has no hand in them."""
        self.policy.block_if_overdue = False
        asked = self._asked()
        asked.with_user(self.user).reason = "I gave 500 back"
        asked.with_user(self.user).action_dispute()
        advance = self._submit(self._make_advance(5.0))
        alert = self._get_alerts("advance.confirmation.disputed:%")
        advance.approval_id.invalidate_recordset()
        for tasks in (alert.delivery_ids.activity_id[:1], advance.approval_id.activity_ids):
            self.assertTrue(tasks)
            for user in (self.user, self.hr_officer):
                for call in (
                    lambda task: task.unlink(),
                    lambda task: task.write({"user_id": self.user.id}),
                    lambda task: task.write({"summary": "Nothing"}),
                    lambda task: task.action_feedback("Done"),
                ):
                    with (
                        self.assertRaises(AccessError),
                        mute_logger("odoo.addons.base.models.ir_rule"),
                        self.cr.savepoint(),
                    ):
                        call(tasks.with_user(user))
            task = tasks[:1]
            task.with_user(task.user_id).action_feedback("Seen")
            self.assertFalse(task.active)

    def test_nobody_speaks_for_another(self):
        advance = self._submit(self._make_advance(5.0))
        other = self.finance.partner_id
        values = {"model": advance._name, "res_id": advance.id, "body": "All is settled"}
        own = advance.with_user(self.user)
        messages = self.env["mail.message"].with_user(self.user)
        said = own.message_post(body="I ask for it")
        said += messages.create(values | {"author_id": self.user.partner_id.id})
        self.assertEqual(said.author_id, self.user.partner_id)
        said[:1].with_user(self.user).body = "I ask for it, please"
        theirs = advance.with_user(self.finance).message_post(body="500 are missing")
        for call in (
            lambda: own.message_post(body="All is settled", author_id=other.id),
            lambda: own.message_post(body="All is settled", email_from=other.email),
            lambda: messages.create(values | {"author_id": other.id}),
            lambda: said.with_user(self.user).write({"author_id": other.id}),
            lambda: theirs.with_user(self.user).write({"body": "All is settled"}),
            lambda: theirs.with_user(self.user).unlink(),
        ):
            with (
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_rule"),
                self.cr.savepoint(),
            ):
                call()

    # By number and by spreadsheet -----------------------------------------------------------------

    def _settled(self):
        advance = self._paid()
        self._book(advance, -1000.0, "return")
        return advance

    def test_papers_by_numbers_of_a_stranger(self):
        advance = self._settled()
        for name, record in (
            ("advance_slip", advance),
            ("return_receipt", advance.allocation_ids),
            ("offset_sheet", advance.allocation_ids),
            ("sign_paper_receipt", advance.acknowledgement_ids),
        ):
            report = self.env["ir.actions.report"].with_user(self.colleague)
            with self.subTest(name), self.assertRaises(AccessError), mute_logger("odoo.models"):
                self.fail(report._render_qweb_html(f"hr_employee_advance.{name}", record.ids))

    def test_imports_decide_nothing(self):
        advance = self._settled()
        voucher = self._hand_in(advance)
        receipt, clearing = advance.acknowledgement_ids, advance.allocation_ids
        self.env.flush_all()
        self.env.invalidate_all()
        before = [found.read() for found in (advance, voucher, receipt, clearing, self.policy)]
        for model, names, row in (
            ("", [".id", "request_state"], [advance.id, "cancelled"]),
            ("", [".id", "amount"], [advance.id, "5"]),
            ("", [".id", "amount_residual"], [advance.id, "5"]),
            (".voucher", [".id", "state"], [voucher.id, "valid"]),
            (".acknowledgement", [".id", "state"], [receipt.id, "confirmed"]),
            (".acknowledgement", [".id", "amount"], [receipt.id, "5"]),
            (".allocation", [".id", "undone"], [clearing.id, "True"]),
            (".policy", [".id", "amount"], [self.policy.id, "1"]),
            (".policy", ["company_id/.id", "amount"], [self.company.id, "1"]),
            (
                ".confirmation",
                ["employee_id/.id", "company_id/.id", "date", "state"],
                [self.employee.id, self.company.id, "2026-01-01", "confirmed"],
            ),
        ):
            for user in (self.user, self.manager, self.finance, self.hr_officer, self.cashier):
                records = self.env[f"hr.employee.advance{model}"].with_user(user)
                with (
                    self.subTest(user.login, model=model, names=names),
                    mute_logger("odoo.addons.base.models.ir_rule", "odoo.models"),
                    mute_logger("odoo.addons.base.models.ir_model"),
                ):
                    # refused as a whole, or line by line
                    try:
                        result = records.load(names, [[str(value) for value in row]])
                    except AccessError:
                        continue
                    self.assertFalse(result["ids"])
                    self.assertTrue(result["messages"])
        self.env.invalidate_all()
        after = [found.read() for found in (advance, voucher, receipt, clearing, self.policy)]
        self.assertEqual(before, after)
