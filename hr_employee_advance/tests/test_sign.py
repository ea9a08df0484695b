import base64
import hashlib
import json
import re

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .follow_up_common import FollowUpCommon

DRAWING = b"\x89PNG\r\n\x1a\n a name drawn by hand"
SCAN = b"%PDF-1.4 a signed paper"
LINK = re.compile(r"/my/advance-papers/\w+/\d+\?access_token=([\w-]+)")


class SignCommon(FollowUpCommon):
    def _ask(self, employee, day="2026-03-31"):
        with freeze_time(self._day("2026-04-01")):
            return self.env["hr.employee.advance.confirmation"]._ask(employee, self.company, day)

    def _asked(self, user=None):
        """The balance of 31 March that the employee is asked for."""
        with freeze_time(self._day("2026-03-02")):
            self._paid(1820.0, date="2026-03-02", date_expected="2099-12-31", user=user)
        return self._ask(self._get_employee(user))

    def _get_employee(self, user):
        return self.colleague_employee if user == self.colleague else self.employee

    def _asked_without_user(self):
        """He has left the office: no user, an address at home."""
        asked = self._asked()
        asked.employee_id.sudo().write({"user_id": False, "work_email": "li@work.example"})
        asked.with_user(self.finance).action_send_link()
        return asked, self._take_token()

    def _take_token(self):
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        return LINK.search(mail.body_html)[1]

    def _drawing(self):
        return base64.b64encode(DRAWING).decode()

    def _get_data(self, code):
        return json.loads(self._get_events(code)[-1:].payload)["data"]


@tagged("post_install", "-at_install")
class TestSign(SignCommon):
    def test_own_user_signs_on_the_page(self):
        asked = self._asked()
        asked.with_user(self.user)._sign("confirmed", None, "Li Wei", self._drawing())
        digest = hashlib.sha256(DRAWING).hexdigest()
        self.assertRecordValues(
            asked,
            [
                {
                    "state": "confirmed",
                    "answered_via": "portal",
                    "answered_by_id": self.user.id,
                    "signer_name": "Li Wei",
                    "signature_sha256": digest,
                }
            ],
        )
        self.assertEqual(base64.b64decode(asked.signature), DRAWING)
        self.assertEqual(
            self._get_data("advance.paper.signed"),
            {"via": "portal", "sha256": digest, "content": asked.content_sha256},
        )
        payload = self._get_events("advance.paper.signed").payload
        self.assertNotIn(self._drawing()[:20], payload)
        self.assertIn(digest, self._get_events("advance.paper.signed").summary)
        self.assertIn(
            f"{self.employee.name} confirmed",
            self._get_events("advance.confirmation.conf%").summary,
        )
        with self.assertRefused("answered already"):
            asked.with_user(self.user)._sign("confirmed", None, "Li Wei", self._drawing())

    def test_the_digest_is_that_of_the_figures(self):
        asked, other = self._asked(), self._asked(self.colleague)
        for paper, user in ((asked, self.user), (other, self.colleague)):
            paper.with_user(user).action_confirm()
        self.assertEqual(len(asked.content_sha256), 64)
        self.assertNotEqual(asked.content_sha256, other.content_sha256)

    def test_a_link_signs_once_and_only_for_its_paper(self):
        asked, token = self._asked_without_user()
        public = self.env.ref("base.public_user")
        stranger = asked.with_user(public)
        self.assertNotIn(token, str(asked.sudo().read()))
        for wrong in (None, "", token[:-1], token + "x", asked.token_digest):
            with self.assertRefused("link has ended", AccessError):
                stranger._sign("confirmed", wrong, "Li Wei", self._drawing())
        other = self._asked(self.colleague).with_user(public)
        with self.assertRefused("link has ended", AccessError):
            other._sign("confirmed", token, "Li Wei", self._drawing())
        stranger._sign("confirmed", token, "Li Wei", self._drawing())
        self.assertRecordValues(
            asked, [{"state": "confirmed", "answered_via": "link", "answered_by_id": False}]
        )
        self.assertFalse(asked.token_digest)
        with self.assertRefused("link has ended", AccessError):
            stranger._sign("disputed", token, "Li Wei", reason="I did not")

    def test_a_new_link_ends_the_one_before(self):
        asked, first = self._asked_without_user()
        asked.with_user(self.finance).action_send_link()
        self.assertNotEqual(self._take_token(), first)
        with self.assertRefused("link has ended", AccessError):
            asked.with_user(self.env.ref("base.public_user"))._get_signing_way(first)
        self.assertIn("li@work.example", self._get_events("advance.paper.link_sent")[-1:].summary)

    def test_a_link_goes_to_nobody_else(self):
        asked = self._asked()
        with self.assertRefused("signs as his own user"):
            asked.with_user(self.finance).action_send_link()
        asked.employee_id.write({"user_id": False, "work_email": self.finance.email.upper()})
        with self.assertRefused("your own address", AccessError):
            asked.with_user(self.finance).action_send_link()
        asked.employee_id.work_email = False
        asked.employee_id.private_email = False
        with self.assertRefused("no mail address"):
            asked.with_user(self.finance).action_send_link()
        # who may write the address does not send the link
        asked.employee_id.work_email = "li@work.example"
        with self.assertRefused("mailed by finance", AccessError):
            asked.with_user(self.hr_manager).action_send_link()

    def test_nobody_reads_the_token(self):
        asked, _token = self._asked_without_user()
        for user in (self.finance, self.hr_manager, self.auditor, self.env.ref("base.user_admin")):
            user.company_ids = [Command.link(self.company.id)]
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                asked.with_user(user).read(["token_digest"])
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
                asked.with_user(user).write({"token_digest": "0" * 64})

    def test_nobody_signs_for_another(self):
        asked = self._asked()
        admin = self.env.ref("base.user_admin")
        admin.company_ids = [Command.link(self.company.id)]
        for user in (self.manager, self.colleague, self.finance, self.hr_manager, admin):
            for paper in (asked.with_user(user), asked.with_user(user).sudo()):
                with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
                    paper._sign("confirmed", None, "Li Wei", self._drawing())
        self.assertEqual(asked.state, "asked")

    def test_a_signature_is_a_name_and_a_drawing(self):
        own = self._asked().with_user(self.user)
        for name, drawing, text in (
            ("", self._drawing(), "Write your name"),
            ("Li Wei", "", "Draw your signature"),
            ("Li Wei", "no base64!", "Draw your signature"),
            ("Li Wei", base64.b64encode(b"<svg onload='x'>").decode(), "Draw your signature"),
        ):
            with self.assertRefused(text):
                own._sign("confirmed", None, name, drawing)
        with self.assertRefused("Say what is wrong"):
            own._sign("disputed", None, "Li Wei", reason=" ")

    def test_disputed_by_the_link_with_a_reason(self):
        asked, token = self._asked_without_user()
        asked.with_user(self.env.ref("base.public_user"))._sign(
            "disputed", token, "Li Wei", reason="I gave 500 back"
        )
        self.assertRecordValues(asked, [{"state": "disputed", "reason": "I gave 500 back"}])
        self.assertIn("500", self._get_alerts("advance.confirmation.disputed:%").note)

    def test_signed_paper_is_filed_by_finance_or_hr(self):
        asked = self._asked()
        for user in (self.user, self.colleague, self.manager, self.cashier):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
                self._file(asked, user)
        with self.assertRefused("Add the scan"):
            self._file(asked, self.finance, file=False)
        self._file(asked, self.hr_officer)
        digest = hashlib.sha256(SCAN).hexdigest()
        self.assertRecordValues(
            asked,
            [
                {
                    "state": "confirmed",
                    "answered_via": "paper",
                    "scan_by_id": self.hr_officer.id,
                    "scan_sha256": digest,
                    "answered_by_id": False,
                }
            ],
        )
        event = self._get_events("advance.paper.filed")
        self.assertEqual(event.actor_uid, self.hr_officer.id)
        self.assertEqual(self._get_data("advance.paper.filed")["sha256"], digest)
        self.assertIn(digest, event.summary)
        confirmed = self._get_events("advance.confirmation.confirmed")
        self.assertIn(f"{self.employee.name} confirmed", confirmed.summary)
        with self.assertRefused("answered already"):
            self._file(asked, self.finance)

    def _file(self, paper, user, **values):
        with self.env.cr.savepoint():
            wizard = (
                self.env["hr.employee.advance.scan"]
                .with_user(user)
                .create(
                    {
                        "res_model": paper._name,
                        "res_id": paper.id,
                        "file": base64.b64encode(SCAN),
                        "file_name": "signed.pdf",
                    }
                )
            )
            if "file" in values:
                wizard.sudo().file = b""
                return paper.with_user(user)._file_scan("confirmed", b"", "x")
            return wizard.action_file()

    def test_own_paper_is_filed_by_a_colleague(self):
        self._create_employee(self.finance)
        with freeze_time(self._day("2026-03-02")):
            advance = self._make_advance(10.0, user=self.finance, date_expected="2099-12-31")
            self._book(self._approve(advance), 10.0, date="2026-03-02")
        asked = self._ask(advance.employee_id)
        with self.assertRefused("your own", AccessError):
            self._file(asked, self.finance)
        self._file(asked, self.second_finance)

    def test_the_screen_files_nothing_else(self):
        wizard = self.env["hr.employee.advance.scan"].with_user(self.finance)
        wizard = wizard.create(
            {
                "res_model": "res.partner",
                "res_id": self.finance.partner_id.id,
                "file": base64.b64encode(SCAN),
            }
        )
        with self.assertRefused("no paper that an employee signs"):
            wizard.action_file()

    def test_proofs_cannot_be_forged(self):
        own = self._asked().with_user(self.user).with_context(bypass=True)
        for vals in (
            {"signature": self._drawing()},
            {"scan": base64.b64encode(SCAN)},
            {"signature_sha256": "0" * 64},
            {"content_sha256": "0" * 64},
            {"answered_via": "paper"},
            {"signer_name": "Somebody"},
        ):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
                own.write(vals)

    def test_who_left_gets_the_link_at_home(self):
        with freeze_time(self._day("2026-03-02")):
            self._paid(1820.0, date="2026-03-02", date_expected="2099-12-31")
        self.employee.write(
            {"user_id": False, "work_email": False, "private_email": "li@home.example"}
        )
        asked = self._ask(self.employee)
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertEqual(mail.email_to, "li@home.example")
        self.assertTrue(mail.auto_delete)
        self.assertIn("1,820.00", mail.body_html)
        self.assertTrue(asked.token_digest)
        self.assertNotIn("access_token", self._get_alerts("advance.confirmation:%").note)


@tagged("post_install", "-at_install")
class TestAcknowledgement(SignCommon):
    def _settled(self):
        advance = self._paid(1000.0)
        move = self._book(advance, -1000.0, "return")
        line = move.line_ids.filtered("employee_advance_id")
        self.env["hr.employee.advance.allocation"]._record(line)
        return advance

    def test_money_brought_back_gives_a_receipt(self):
        advance = self._settled()
        receipt = advance.acknowledgement_ids
        self.assertRecordValues(
            receipt,
            [
                {
                    "kind": "return",
                    "amount": 1000.0,
                    "state": "asked",
                    "employee_id": self.employee.id,
                }
            ],
        )
        self.assertEqual((receipt.lines[0]["before"], receipt.lines[0]["after"]), (1000.0, 0.0))
        alert = self._get_alerts("advance.acknowledgement:%")
        self.assertEqual(alert.delivery_ids.user_id, self.user)
        receipt.with_user(self.user).action_confirm()
        self.assertEqual(receipt.state, "confirmed")
        self.assertTrue(alert.cleared_at)
        self.assertIn(
            "confirmed to have the receipt",
            self._get_events("advance.acknowledgement.confirmed").summary,
        )
        # entered once more by a repeated job: one receipt
        advance.allocation_ids._record(advance.allocation_ids.line_id)
        self.assertEqual(len(advance.acknowledgement_ids), 1)

    def test_a_receipt_for_what_was_taken_back_is_void(self):
        advance = self._settled()
        advance.allocation_ids.sudo().write({"undone": True})
        self.assertEqual(advance.acknowledgement_ids.state, "void")
        self.assertTrue(self._get_events("advance.acknowledgement.void"))
        with self.assertRefused("answered already"):
            advance.acknowledgement_ids.with_user(self.user).action_confirm()

    def test_papers_are_acknowledged_by_name_and_hash(self):
        advance = self._paid()
        voucher = self._hand_in(advance)
        advance.with_user(self.finance).action_acknowledge_papers()
        receipt = advance.acknowledgement_ids
        self.assertEqual(receipt.kind, "papers")
        self.assertEqual(receipt.lines[0]["sha256"], voucher.checksum)
        self.assertIn(voucher.checksum, receipt.lines_html)
        self.assertEqual(
            self._get_data("advance.acknowledgement.asked")["papers"], [voucher.checksum]
        )
        self._hand_in(advance, name="Taxi")
        advance.with_user(self.finance).action_acknowledge_papers()
        latest = advance.acknowledgement_ids - receipt
        self.assertEqual((receipt.state, len(latest.lines)), ("void", 2))

    def test_own_papers_are_acknowledged_by_a_colleague(self):
        self._create_employee(self.finance)
        advance = self._submit(self._make_advance(user=self.finance))
        self._hand_in(advance, user=self.finance)
        with self.assertRefused("your own advance", AccessError):
            advance.with_user(self.finance).action_acknowledge_papers()
        advance.with_user(self.second_finance).action_acknowledge_papers()
        receipt = advance.acknowledgement_ids
        found = receipt.with_user(self.second_finance).name_search(advance.name)
        self.assertEqual([found_id for found_id, _name in found], receipt.ids)

    def test_slip_is_handed_back_once_nothing_is_owed(self):
        advance = self._paid()
        with self.assertRefused("when nothing is owed"):
            advance.with_user(self.finance).action_hand_back_slip()
        settled = self._settled()
        for user in (self.user, self.manager, self.cashier):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
                settled.with_user(user).action_hand_back_slip()
        settled.with_user(self.finance).action_hand_back_slip()
        slip = settled.acknowledgement_ids.filtered(lambda paper: paper.kind == "slip")
        self.assertEqual((slip.amount, slip.lines[0]["returned"]), (1000.0, 1000.0))
        with self.assertRefused("handed back once"):
            settled.with_user(self.finance).action_hand_back_slip()
        slip.with_user(self.user).reason = "I never got it"
        slip.with_user(self.user).action_dispute()
        self.assertIn("never got it", self._get_alerts("advance.acknowledgement.disputed:%").note)

    def test_other_companies_and_colleagues_see_nothing(self):
        receipt = self._settled().acknowledgement_ids
        other = self.env["res.company"].create({"name": "Another Company"})
        outsider = self._create_user(
            "sign_outsider", "hr_employee_advance.group_advance_finance", companies=other
        )
        Receipt = self.env["hr.employee.advance.acknowledgement"]
        for user, company, seen in (
            (self.user, self.company, 1),
            (self.finance, self.company, 1),
            (self.auditor, self.company, 1),
            (self.hr_officer, self.company, 1),
            (self.colleague, self.company, 0),
            (self.manager, self.company, 0),
            (outsider, other, 0),
        ):
            found = Receipt.with_user(user).with_context(allowed_company_ids=company.ids)
            self.assertEqual(found.search_count([("id", "=", receipt.id)]), seen, user.login)
        with self.assertRaises(UserError):
            receipt.unlink()


class SignBrowser(SignCommon, HttpCase):
    def _sign_in_browser(self):
        asked, token = self._asked_without_user()
        self.start_tour(asked._get_page_url(token), "advance_sign_by_link")
        asked.invalidate_recordset()
        self.assertRecordValues(
            asked,
            [{"state": "confirmed", "answered_via": "link", "signer_name": self.employee.name}],
        )
        self.assertTrue(base64.b64decode(asked.signature).startswith(b"\x89PNG"))


@tagged("post_install", "-at_install")
class TestSignPage(SignBrowser):
    def test_pages(self):
        asked, token = self._asked_without_user()
        url = f"/my/advance-papers/confirmation/{asked.id}"
        self.authenticate(None, None)
        for path in (
            url,
            f"{url}?access_token=nonsense",
            "/my/advance-papers/nothing/1",
            f"{url}0000000000",
        ):
            self.assertEqual(self.url_open(path).status_code, 403, path)
        page = self.url_open(f"{url}?access_token={token}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("1,820.00", page.text)
        answer = self.make_jsonrpc_request(
            f"{url}/sign?access_token={token}", {"name": "Li Wei", "signature": "x"}
        )
        self.assertIn("Draw your signature", answer["error"])
        answer = self.make_jsonrpc_request(
            f"{url}/sign?access_token={token}", {"name": "Li Wei", "signature": self._drawing()}
        )
        self.assertTrue(answer["force_refresh"])
        asked.invalidate_recordset()
        self.assertEqual((asked.state, asked.answered_via), ("confirmed", "link"))
        self.assertEqual(self.url_open(f"{url}?access_token={token}").status_code, 403)
        self.assertEqual(self.url_open("/my/advance-papers/thanks").status_code, 200)

    def test_signed_in_the_browser(self):
        self._sign_in_browser()

    def test_own_pages(self):
        asked = self._asked()
        url = f"/my/advance-papers/confirmation/{asked.id}"
        self.authenticate(self.colleague.login, self.colleague.login)
        self.assertEqual(self.url_open(url).status_code, 403)
        self.assertNotIn(url, self.url_open("/my/advance-papers").text)
        self.authenticate(self.user.login, self.user.login)
        self.assertIn(url, self.url_open("/my/advance-papers").text)
        page = self.url_open(url)
        self.assertIn("portal.signature_form", page.text)
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        self.url_open(f"{url}/dispute", data={"csrf_token": csrf, "reason": "I gave it back"})
        asked.invalidate_recordset()
        self.assertRecordValues(
            asked, [{"state": "disputed", "answered_via": "portal", "reason": "I gave it back"}]
        )


@tagged("post_install", "-at_install")
class TestSignPhone(SignBrowser):
    """The page on a phone, where most of these links are opened."""

    browser_size = "375x667"
    touch_enabled = True

    def test_signed_on_a_phone(self):
        self._sign_in_browser()
