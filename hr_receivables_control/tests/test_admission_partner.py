import base64

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .admission_common import OTHER_USCC, PHOTO, USCC, AdmissionCommon

FORGED = base64.b64encode(b"another picture")


@tagged("post_install", "-at_install")
class TestAdmissionIdentity(AdmissionCommon):
    """Who the customer is, and what a change of that does to an approved file."""

    def test_identity_changed_by_a_salesperson_reopens_the_review(self):
        file = self._create_admitted()
        partner = file.partner_id.with_user(self.salesman)
        for vals in (
            {"name": "Another Dealer"},
            {"vat": OTHER_USCC},
            {"credit_legal_representative": "Zhao Liu"},
        ):
            partner.write(vals)
            self.assertEqual(file.state, "submitted", vals)
            self.assertFalse(self._get_account(file)._is_admitted())
            self.assertEqual(self._get_item(file, "uscc").status, "entered")
            self.assertEqual(self._get_item(file, "contacts").status, "verified")
            self._approve(file)
            self.assertEqual(file.state, "approved")
        events = self._get_account(file).dossier_id.event_ids.sorted("id")
        reopened = events.filtered(lambda event: event.code == "credit.admission.reopened")
        self.assertEqual(len(reopened), 3)
        self.assertIn('"changed":["vat"]', reopened[1].payload)
        self.assertNotIn(OTHER_USCC, "".join(events.mapped("payload")))
        self.assertIn("has to be approved again", reopened[0].summary)

    def test_same_number_spelt_otherwise_changes_nothing(self):
        file = self._create_admitted()
        file.partner_id.with_user(self.salesman).write({"vat": f" {USCC[:4]} {USCC[4:].lower()}"})
        self.assertEqual(file.state, "approved")

    def test_what_is_missing_then_leaves_it_to_complete(self):
        file = self._create_admitted()
        file.partner_id.with_user(self.salesman).write({"vat": False})
        self.assertEqual(file.state, "draft")
        self.assertIn("Code", file.missing)
        self.assertEqual(file.activity_ids.user_id, self.salesman)

    def test_reopened_while_the_request_is_open(self):
        file = self._get_file(self._create_customer(), self.salesman)
        self._fill(file)
        file.action_submit()
        first = file.sudo().approval_id
        file.partner_id.with_user(self.salesman).name = "Other"
        self.assertEqual(first.state, "void")
        self.assertEqual(file.state, "submitted")
        self.assertNotEqual(file.sudo().approval_id, first)

    def test_controller_changes_an_identity_on_record(self):
        self.controller.group_ids = [Command.link(self.env.ref("base.group_partner_manager").id)]
        file = self._create_admitted()
        file.partner_id.with_user(self.controller).write({"name": "Renamed"})
        self.assertEqual(file.state, "approved")
        self.assertIn("credit.admission.identity", self._get_codes(file))

    def test_customer_on_the_portal_reopens_it_too(self):
        file = self._create_admitted()
        portal = self._create_user("credit_portal", "base.group_portal")
        # the portal writes in sudo
        file.partner_id.with_user(portal).sudo().write({"name": "Renamed by himself"})
        self.assertEqual(file.state, "draft")
        self.assertIn("credit.admission.reopened", self._get_codes(file))

    def test_address_and_contacts_are_no_identity_but_have_to_stay(self):
        file = self._create_admitted()
        partner = file.partner_id.with_user(self.salesman)
        partner.write({"street": "Other street", "phone": "029-1234567"})
        self.assertEqual(file.state, "approved")
        partner.child_ids.write({"phone": False})
        self.assertEqual(file.state, "expired", "nobody can be reached any more")
        self.assertEqual(round(file.completeness_pct), 90)

    def test_another_bank_account_is_verified_anew(self):
        self.customer_class.requirement_ids = [
            Command.create({"name": "Invoicing", "kind": "invoicing", "weight": 10})
        ]
        account = {
            "acc_number": "6222 0000 3333",
            "bank_id": self.env["res.bank"].create({"name": "Bank of Xi'an"}).id,
        }
        file = self._create_admitted(
            street="1 Road", city="Xi'an", phone="029-1", bank_ids=[Command.create(account)]
        )
        invoicing = self._get_item(file, "invoicing")
        self.assertEqual(invoicing.status, "verified")
        bank = file.partner_id.bank_ids
        bank.with_user(self.salesman).sudo().write({"acc_number": bank.acc_number})
        self.assertEqual(invoicing.status, "verified", "the same account")
        changes = [
            lambda: bank.write({"acc_number": "6222 0000 1111 2222"}),
            lambda: bank.create({"partner_id": file.partner_id.id, "acc_number": "6222 1"}),
            bank.unlink,
        ]
        bank = bank.with_user(self.salesman).sudo()
        for change in changes:
            invoicing.sudo().write(
                {"verified_at": "2026-01-01", "verified_by_id": self.controller.id}
            )
            change()
            self.assertEqual(invoicing.status, "entered")
        self.assertIn("credit.admission.unverified", self._get_codes(file))

    def test_no_context_lifts_it(self):
        file = self._create_admitted()
        partner = file.partner_id.with_user(self.salesman)
        partner.with_context(
            import_file=True, tracking_disable=True, default_state="approved", uid=1
        ).write({"vat": OTHER_USCC})
        self.assertNotEqual(file.state, "approved")

    def test_duplicates_are_found_and_shown_to_who_decides(self):
        first = self._create_customer(phone="029-8765 4321")
        same_code = self._create_customer(name="Same Code", vat=f"{USCC[:9]} {USCC[9:]}")
        same_phone = self._create_customer(
            name="Same Phone", vat=OTHER_USCC, phone="+86 2987654321", child_ids=False
        )
        file = self._get_file(first, self.salesman)
        self.assertEqual(file.duplicate_ids.sudo(), (same_code | same_phone).sudo())
        other = self._create_customer(
            name="Other",
            vat="92610104MA6TX2XY1W",
            child_ids=[Command.create({"name": "X", "email": "x@x.cn"})],
        )
        self.assertFalse(self._get_file(other).duplicate_ids)
        file.action_submit()
        event = self._get_account(file).dossier_id.event_ids.filtered(
            lambda event: event.code == "credit.admission.screened"
        )
        self.assertIn('"findings":["duplicate"]', event.payload)
        figures = dict(file.sudo()._get_approval_figures())
        self.assertIn("Same Code", figures["Perhaps the same customer"])

    def test_blacklisted_customer_is_not_admitted(self):
        file = self._get_file(self._create_customer(), self.salesman)
        self._fill(file)
        file.action_submit()
        file.with_user(self.controller).action_verify_all()
        self._get_account(file).write({"mode": "blacklisted", "change_reason": "Test"})
        with self.assertRaisesRegex(UserError, "blacklist"):
            file.sudo().approval_id.with_user(self.store_manager).action_approve()

    def test_customer_of_an_approved_file_is_not_deleted(self):
        draft = self._create_customer(name="Draft", vat=OTHER_USCC)
        item = self._get_item(self._get_file(draft), "licence")
        item.write({"scan": PHOTO})
        domain = [("res_model", "=", item._name), ("res_id", "=", item.id)]
        domain.append(("res_field", "=", "scan"))
        self.assertTrue(self.env["ir.attachment"].search(domain))
        draft.with_user(self.salesman).unlink()
        self.assertFalse(self.env["ir.attachment"].search(domain))
        file = self._create_admitted()
        with self.assertRaisesRegex(UserError, "approved once and is kept"):
            file.partner_id.with_user(self.salesman).unlink()


@tagged("post_install", "-at_install")
class TestAdmissionScan(AdmissionCommon):
    """Scans of what was verified are neither swapped nor deleted."""

    def _get_scan(self, item):
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", item._name),
                ("res_id", "=", item.id),
                ("res_field", "=", "scan"),
            ]
        )

    def test_salesman_replaces_no_verified_scan(self):
        file = self._create_admitted()
        item = self._get_item(file, "licence")
        for vals in (
            {"scan": FORGED},
            {"scan": False},
            {"scan_name": "licence.exe"},
            {"expires_on": "2099-01-01"},
        ):
            with self.assertRaisesRegex(AccessError, "Press Renew"):
                item.write(vals)
        with self.assertRaises(AccessError):
            file.write({"item_ids": [Command.update(item.id, {"scan": FORGED})]})
        self.assertEqual(item.with_user(self.controller).scan, PHOTO)

    def test_nobody_touches_the_attachment_behind_the_file(self):
        file = self._create_admitted()
        item = self._get_item(file, "licence")
        scan = self._get_scan(item)
        for user in (self.salesman, self.controller, self.owner):
            mine = scan.with_user(user)
            with self.assertRaisesRegex(AccessError, "behind its back"):
                mine.write({"datas": FORGED})
            with self.assertRaisesRegex(AccessError, "behind its back"):
                mine.write({"res_id": False, "res_model": False})
            with self.assertRaisesRegex(AccessError, "behind its back"):
                mine.unlink()
            loose = self.env["ir.attachment"].with_user(user).create({"name": "x", "datas": FORGED})
            with self.assertRaisesRegex(AccessError, "behind its back"), self.env.cr.savepoint():
                loose.write({"res_model": item._name, "res_id": item.id, "res_field": "scan"})
            with self.assertRaisesRegex(AccessError, "behind its back"), self.env.cr.savepoint():
                loose.create(
                    {
                        "name": "scan",
                        "res_model": item._name,
                        "res_id": item.id,
                        "res_field": "scan",
                        "datas": FORGED,
                    }
                )
        self.assertEqual(self._get_scan(item), scan)

    def test_controller_replaces_a_scan_on_record_and_somebody_verifies_again(self):
        file = self._create_admitted()
        item = self._get_item(file.with_user(self.controller), "licence")
        before = item.scan_checksum
        item.write({"scan": FORGED})
        self.assertEqual((item.status, file.state), ("entered", "expired"))
        event = self._get_account(file).dossier_id.event_ids.filtered(
            lambda event: event.code == "credit.admission.changed"
        )
        self.assertIn(f'"scan_before":"{before}"', event.payload)
        self.assertIn(f'"scan_after":"{item.scan_checksum}"', event.payload)
        with self.assertRaises(AccessError):
            item.action_verify()
        item.with_user(self.owner).action_verify()
        self.assertEqual(file.state, "approved")

    def test_attachments_of_an_approved_file_stay(self):
        file = self._get_file(self._create_customer(), self.salesman)
        attachments = self.env["ir.attachment"].with_user(self.salesman)
        vals = {"name": "Visit.pdf", "res_model": file._name, "res_id": file.id, "datas": FORGED}
        loose = attachments.create(vals)
        loose.write({"name": "Visit of Monday.pdf"})
        self._fill(file)
        file.action_submit()
        self._approve(file)
        with self.assertRaisesRegex(AccessError, "kept as it is"):
            loose.write({"datas": PHOTO})
        with self.assertRaisesRegex(AccessError, "kept as it is"):
            loose.unlink()
        loose.with_user(self.controller).unlink()
        self.assertIn("credit.admission.attachment", self._get_codes(file))

    def test_scan_while_the_file_is_being_completed_is_the_salespersons(self):
        file = self._get_file(self._create_customer(), self.salesman)
        item = self._get_item(file, "licence")
        item.write({"scan": PHOTO, "scan_name": "licence.jpg"})
        self.assertTrue(item.scan_is_image)
        first = item.scan_checksum
        item.write({"scan": FORGED, "scan_name": "licence.PDF"})
        self.assertNotEqual(item.scan_checksum, first)
        self.assertFalse(item.scan_is_image)
        item.write({"scan": False})
        self.assertFalse(item.scan_checksum)
        self.assertIn("scan or photo", item.gap)
