from odoo.tests import HttpCase, new_test_user, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestPortalTour(CreditCommon, HttpCase):
    """A customer signs in the portal what his credit does not allow, with a real browser."""

    def _sign(self, lang, tour):
        contact = self.env["res.partner"].create(
            {"name": "Lin Purchasing", "parent_id": self.customer.id, "email": "lin@example.com"}
        )
        buyer = new_test_user(
            self.env,
            "credit_buyer",
            groups="base.group_portal",
            name=contact.name,
            partner_id=contact.id,
            lang=lang,
        )
        order = self._create_order(
            1500.0, partner=contact, require_signature=True, require_payment=False
        )
        order.sudo().action_quotation_sent()
        self.start_tour("/my/quotes", tour, login=buyer.login)
        order.invalidate_recordset()
        self.assertRecordValues(
            order, [{"state": "sent", "credit_state": "hold", "signed_by": "Lin Purchasing"}]
        )
        return order.sudo()

    def _count_mails(self, order):
        """Mails about the order that went to the customer."""
        return self.env["mail.notification"].search_count(
            [
                ("mail_message_id.model", "=", "sale.order"),
                ("mail_message_id.res_id", "=", order.id),
                ("res_partner_id", "=", order.partner_id.id),
            ]
        )

    def test_signature_over_the_limit_is_kept_and_released_later(self):
        employee = self._create_employee(self.controller, department_id=False)
        self._create_rule(5000.0, employee_id=employee.id)
        order = self._sign("en_US", "credit_portal_signature")
        self.assertEqual(order.activity_ids.user_id, self.salesman)
        self.assertEqual(len(order.activity_ids), 1)
        self.assertEqual(self._count_mails(order), 0)

        self.env["credit.release.request"].with_user(self.salesman).create(
            {"order_id": order.id, "reason": "Pays on Friday"}
        ).action_request()
        self.assertEqual((order.state, order.credit_state), ("sent", "hold"))
        order.credit_grant_ids.approval_id.with_user(self.controller).action_approve()
        self.assertEqual((order.state, order.credit_state), ("sale", False))
        self.assertEqual(self._count_mails(order), 1)
        self.assertFalse(order.activity_ids)

    def test_the_customer_reads_it_in_his_language(self):
        if not self.env["res.lang"]._lang_get("zh_CN"):
            self.skipTest("Chinese is not installed")
        self._sign("zh_CN", "credit_portal_signature_zh_CN")
