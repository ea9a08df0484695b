import base64

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .follow_up_common import OTHER_PHOTO, PHOTO
from .money_common import MoneyCommon
from .test_sign import SCAN


@tagged("post_install", "-at_install")
class TestFilesKept(MoneyCommon, HttpCase):
    """Files of a submitted case are neither swapped nor deleted, whoever tries and however."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.env.ref("base.user_admin")
        cls.admin.company_ids = [Command.link(cls.company.id)]
        cls.everybody = (cls.user, cls.finance, cls.hr_manager, cls.rules, cls.admin)

    def _file(self, record, user=None, **values):
        return (
            self.env["ir.attachment"]
            .with_user(user or self.env.user)
            .create(
                {"name": "a.txt", "raw": b"first", "res_model": record._name, "res_id": record.id}
                | values
            )
        )

    def _submitted(self):
        advance = self._make_advance()
        file = self._file(advance, self.user)
        self._submit(advance)
        return advance, file

    def _get_field_file(self, record, field):
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("res_field", "=", field),
            ]
        )

    def assertKept(self, file, call):
        content, place = file.raw, (file.name, file.res_model, file.res_id, file.res_field)
        with (
            self.assertRaises(UserError),
            mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"),
            self.env.cr.savepoint(),
        ):
            call()
        self.env.invalidate_all()
        self.assertTrue(file.exists())
        self.assertEqual(file.raw, content)
        self.assertEqual((file.name, file.res_model, file.res_id, file.res_field), place)

    def _try_everything(self, file):
        """Every change and the deletion: by each user, in sudo, with the key that belongs to uninstallation."""
        for user in self.everybody:
            for found in (
                file.with_user(user),
                file.with_user(user).sudo(),
                file.with_user(user).with_context(
                    _force_unlink=True, advance_file_pass=True, install_mode=True
                ),
            ):
                for vals in (
                    {"datas": base64.b64encode(b"other")},
                    {"raw": b"other"},
                    {"name": "other.txt"},
                    {"res_id": 0},
                    {"res_model": "res.partner", "res_id": user.partner_id.id},
                    {"type": "url", "url": "https://other.example"},
                ):
                    self.assertKept(file, lambda found=found, vals=vals: found.write(vals))
                self.assertKept(file, found.unlink)

    def test_files_of_the_request(self):
        _advance, file = self._submitted()
        self._try_everything(file)

    def test_a_draft_is_the_employees_own(self):
        advance = self._make_advance()
        file = self._file(advance, self.user)
        file.write({"raw": b"better", "name": "b.txt"})
        file.unlink()
        self.assertFalse(file.exists())

    def test_moving_files_to_another_store_changes_none(self):
        _advance, file = self._submitted()
        file.sudo().write({"raw": file.raw, "mimetype": file.mimetype, "name": file.name})
        file.sudo().write({"datas": file.datas})
        self.assertKept(file, lambda: file.sudo().write({"mimetype": "text/html"}))
        self.assertKept(file, lambda: file.sudo().write({"checksum": "0" * 40, "raw": b"other"}))

    def test_files_of_vouchers(self):
        advance, _file = self._submitted()
        voucher = (
            self.env["hr.employee.advance.voucher"]
            .with_user(self.user)
            .create({"advance_id": advance.id, "name": "Hotel", "file": PHOTO})
        )
        file = self._get_field_file(voucher, "file")
        self._try_everything(file)
        # judged: by no way at all, superuser included
        voucher.with_user(self.finance).action_mark_valid()
        self.assertKept(file, lambda: voucher.sudo().write({"file": OTHER_PHOTO}))
        self.assertKept(file, lambda: voucher.sudo().unlink())
        for user in self.everybody:
            own = voucher.with_user(user).with_context(_force_unlink=True)
            self.assertKept(file, own.unlink)

    def test_a_better_photo_keeps_the_first_one(self):
        advance, _file = self._submitted()
        voucher = (
            self.env["hr.employee.advance.voucher"]
            .with_user(self.user)
            .create({"advance_id": advance.id, "name": "Hotel", "file": PHOTO})
        )
        first = voucher.checksum
        voucher.file = OTHER_PHOTO
        self.assertNotEqual(voucher.checksum, first)
        kept = self.env["ir.attachment"].search(
            [("res_model", "=", advance._name), ("res_id", "=", advance.id)], order="id"
        )[-1:]
        self.assertEqual(kept.raw, base64.b64decode(PHOTO))
        self.assertEqual(kept.description, first)
        second = voucher.checksum
        voucher.unlink()
        kept = self.env["ir.attachment"].search(
            [("res_id", "=", advance.id), ("description", "=", second)]
        )
        self.assertEqual(kept.raw, base64.b64decode(OTHER_PHOTO))

    def test_the_case_is_not_deleted_with_its_files(self):
        advance, file = self._submitted()
        for user in self.everybody:
            for found in (advance.with_user(user), advance.sudo()):
                self.assertKept(file, found.unlink)
                self.assertKept(file, found.with_context(_force_unlink=True).unlink)
        self.assertTrue(advance.exists())

    def test_papers_of_the_request_keep_their_files(self):
        kind = self.env["hr.employee.advance.paper.kind"].create(
            {"purpose_id": self.purpose.id, "name": "Plan", "stage": "request", "minimum": 1}
        )
        advance = self._make_advance()
        paper = advance.paper_ids.filtered(lambda found: found.kind_id == kind)
        file = self.env["ir.attachment"].with_user(self.user).create({"name": "p", "raw": b"plan"})
        paper.with_user(self.user).attachment_ids = [Command.set(file.ids)]
        self._submit(advance)
        self._try_everything(file)
        for found in (paper.with_user(self.user), paper.sudo()):
            self.assertKept(
                file, lambda found=found: found.write({"attachment_ids": [Command.clear()]})
            )
            self.assertKept(file, found.with_context(_force_unlink=True).unlink)
        self.assertEqual(paper.attachment_ids, file)

    def test_a_message_does_not_take_its_files_along(self):
        advance, _file = self._submitted()
        pending = self._file(self.env["mail.compose.message"], self.user, name="late.txt", res_id=0)
        message = advance.with_user(self.user).message_post(body="here", attachment_ids=pending.ids)
        self.assertEqual(pending.res_id, advance.id)
        self.assertKept(
            pending,
            lambda: advance.with_user(self.user)._message_update_content(
                message, body="", attachment_ids=[]
            ),
        )
        message.sudo().unlink()
        self.assertTrue(pending.exists())

    def test_the_route_that_deletes(self):
        _advance, file = self._submitted()
        for user in (self.user, self.finance, self.admin):
            self.authenticate(user.login, user.login)
            with self.assertRaisesRegex(JsonRpcException, "AccessError"), mute_logger("odoo.http"):
                self.make_jsonrpc_request(
                    "/mail/attachment/delete",
                    {"attachment_id": file.id, "access_token": file._get_ownership_token()},
                )
            self.assertTrue(file.exists())

    def test_signed_papers(self):
        self._pay(self._approved())
        asked = self.env["hr.employee.advance.confirmation"]._ask(
            self.employee, self.company, self.company._company_today()
        )
        asked.with_user(self.finance)._file_scan("confirmed", SCAN, "signed.pdf")
        file = self._get_field_file(asked, "scan")
        self._try_everything(file)
        self.assertKept(file, lambda: asked.sudo().write({"scan": base64.b64encode(b"other")}))
        self.assertKept(file, lambda: asked.sudo().write({"scan": False}))
        for user in self.everybody:
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
                self._file(asked, user, res_field="scan", name="scan")

    def test_entries_payments_and_expenses_of_the_case(self):
        advance = self._approved()
        self._pay(advance)
        receipt = self._spend(650.35)
        payment = advance.line_ids.move_id.origin_payment_id
        for document in (
            payment,
            payment.move_id,
            receipt,
            receipt.expense_ids,
            advance.allocation_ids.move_id,
        ):
            with self.subTest(document=document):
                file = self._file(document)
                self.assertKept(file, lambda file=file: file.sudo().write({"raw": b"other"}))
                self.assertKept(file, lambda file=file: file.with_user(self.finance).unlink())
                self.assertKept(file, file.sudo().with_context(_force_unlink=True).unlink)

    def test_other_documents_are_as_ever(self):
        file = self._file(self.employee.work_contact_id)
        file.write({"raw": b"better"})
        file.unlink()
        self.assertFalse(file.exists())
        entry = self.env["account.move"].create({"move_type": "entry"})
        self._file(entry).unlink()

    def test_merging_contacts_and_cleaning_up_take_nothing(self):
        advance, file = self._submitted()
        other = self.env["res.partner"].create({"name": "The same person"})
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (other + self.employee.work_contact_id).ids, self.employee.work_contact_id
        )
        self.env["ir.attachment"]._gc_file_store_unsafe()
        self.env.invalidate_all()
        self.assertEqual((file.raw, file.res_id), (b"first", advance.id))
