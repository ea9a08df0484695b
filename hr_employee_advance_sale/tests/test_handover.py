from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.hr_employee_advance.tests.common import AdvanceCommon


@tagged("post_install", "-at_install")
class TestHandover(AdvanceCommon):
    """A salesperson leaves: everything that is his goes to named successors, on record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user.group_ids = [Command.link(cls.env.ref("sales_team.group_sale_salesman").id)]
        cls.first = cls._create_user("handover_first", "sales_team.group_sale_salesman")
        cls.second = cls._create_user("handover_second", "sales_team.group_sale_salesman")
        if "credit_order_policy" in cls.company._fields:
            # credit control, where it is installed, has tests of its own
            cls.company.write({"credit_order_policy": "observe", "credit_admission_policy": "none"})
        cls.customer = cls.env["res.partner"].create(
            {"name": "Tiles Ltd", "is_company": True, "user_id": cls.user.id}
        )
        cls.shop = cls.env["res.partner"].create({"name": "Shop", "user_id": cls.user.id})
        cls.product = cls.env["product.product"].create(
            {
                "name": "Tile",
                "type": "consu",
                "invoice_policy": "order",
                "list_price": 1.0,
                "taxes_id": [Command.clear()],
            }
        )
        cls.quotation = cls._create_order(cls.customer, 300.0)
        cls.order = cls._create_order(cls.customer, 200.0)
        cls.order.action_confirm()
        invoiced = cls._create_order(cls.shop, 650.35)
        invoiced.action_confirm()
        cls.invoice = invoiced._create_invoices()
        cls.invoice.write({"invoice_date": "2024-01-01", "invoice_date_due": "2024-01-31"})
        cls.invoice.action_post()
        cls.follow_up = cls.customer.activity_schedule(
            "mail.mail_activity_data_call", summary="Call back", user_id=cls.user.id
        )
        cls.env["hr.employee.clearance.template"].search([]).active = False
        cls.env["hr.employee.clearance.template"].create(
            {
                "name": "Test",
                "line_ids": [
                    Command.create({"kind": "sales", "name": "Sales handed over"}),
                    Command.create({"kind": "finance", "name": "Money"}),
                ],
            }
        )

    @classmethod
    def _create_order(cls, partner, amount):
        line = {"product_id": cls.product.id, "product_uom_qty": 1.0, "price_unit": amount}
        return cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": cls.user.id,
                "company_id": cls.company.id,
                "order_line": [Command.create(line)],
            }
        )

    def _resign(self, user=None, employee=None):
        wizard = (
            self.env["hr.employee.clearance.start"]
            .with_user(user or self.user)
            .create(
                {
                    "employee_id": (employee or self.employee).id,
                    "date_last": fields.Date.add(self.company._company_today(), days=30),
                    "reason": "Moves",
                }
            )
        )
        return self.env["hr.employee.clearance"].browse(wizard.action_start()["res_id"])

    def _screen(self, clearance, user=None):
        return (
            self.env["hr.employee.handover.wizard"]
            .with_user(user or self.manager)
            .with_context(allowed_company_ids=self.company.ids)
            .create({"clearance_id": clearance.id})
        )

    def _line(self, screen, partner):
        return screen.line_ids.filtered(lambda line: line.partner_id == partner)

    def test_screen_shows_all_by_customer(self):
        screen = self._screen(self._resign())
        self.assertRecordValues(
            self._line(screen, self.customer),
            [
                {
                    "quotation_count": 1,
                    "order_count": 1,
                    "activity_count": 1,
                    "amount_order": 200.0,
                    "amount_unpaid": 0.0,
                }
            ],
        )
        self.assertRecordValues(
            self._line(screen, self.shop),
            [{"order_count": 0, "amount_unpaid": 650.35, "amount_overdue": 650.35}],
        )

    def test_leads_and_opportunities_go_too(self):
        if "crm.lead" not in self.env:
            self.skipTest("CRM is not installed")
        Lead = self.env["crm.lead"].with_context(mail_create_nosubscribe=True)
        mine = {"user_id": self.user.id, "company_id": self.company.id}
        chance = Lead.create(
            {
                "name": "New showroom",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "expected_revenue": 5000.0,
            }
            | mine
        )
        loose = Lead.create({"name": "Asked at the fair", "user_id": self.user.id, "type": "lead"})
        lost = Lead.create({"name": "Lost"} | mine)
        lost.action_set_lost()
        clearance = self._resign()
        line = clearance.line_ids.filtered(lambda found: found.kind == "sales")
        self.assertIn("Lead or Opportunity: 2", line.missing)
        screen = self._screen(clearance)
        self.assertEqual(self._line(screen, self.customer).lead_count, 1)
        screen.successor_id = self.second
        screen.action_hand_over()
        self.assertEqual((chance | loose).user_id, self.second)
        self.assertEqual(lost.user_id, self.user)
        rows = clearance.handover_ids.filtered(lambda row: row.kind == "lead")
        self.assertEqual(
            {(row.name, row.amount) for row in rows},
            {("New showroom", 5000.0), ("Asked at the fair", 0.0)},
        )
        self.assertNotIn("Lead", line.missing or "")

    def test_the_sheet_lists_what_was_handed_to_whom(self):
        clearance = self._resign()
        screen = self._screen(clearance)
        self._line(screen, self.customer).successor_id = self.first
        screen.successor_id = self.second
        self.assertFalse(clearance._get_sheet_parts())
        screen.action_hand_over()
        [(heading, titles, rows)] = clearance.with_user(self.manager)._get_sheet_parts()
        self.assertEqual((heading, len(titles)), ("Handed over", 5))
        [(customer, count, amount)] = [
            row[2:] for row in rows if row[:2] == (self.first.name, "Open Order")
        ]
        self.assertEqual((customer, count), ("Tiles Ltd", "1"))
        self.assertIn("200.00", amount)
        page, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.manager)
            ._render_qweb_html("hr_employee_advance.clearance_sheet_report", clearance.ids)
        )
        self.assertIn("650.35", page.decode())

    def test_everything_goes_to_the_successors(self):
        clearance = self._resign()
        screen = self._screen(clearance)
        self._line(screen, self.customer).successor_id = self.first
        screen.successor_id = self.second
        screen.action_hand_over()
        for record in (self.customer, self.quotation, self.order, self.follow_up):
            self.assertEqual(record.user_id, self.first, record)
        self.assertEqual(self.shop.user_id, self.second)
        self.assertEqual(self.invoice.invoice_user_id, self.second)
        handed = clearance.handover_ids
        self.assertEqual(
            {(row.kind, row.name, row.to_user_id, row.amount) for row in handed},
            {
                ("customer", "Tiles Ltd", self.first, 0.0),
                ("quotation", self.quotation.display_name, self.first, 300.0),
                ("order", self.order.display_name, self.first, 200.0),
                ("activity", "Call back", self.first, 0.0),
                ("customer", "Shop", self.second, 0.0),
                ("receivable", self.invoice.display_name, self.second, 650.35),
            },
        )
        self.assertEqual(handed.from_user_id, self.user)
        events = self.env["hr.control.event"].search(
            [("code", "=", "clearance.handed_over")], limit=2
        )
        self.assertEqual(len(events), 2)
        self.assertIn("handed", events[0].summary)

    def test_sales_line_waits_for_the_handover(self):
        clearance = self._resign()
        line = clearance.line_ids.filtered(lambda line: line.kind == "sales")
        self.assertEqual(line.responsible_ids, self.manager)
        with self.assertRaisesRegex(UserError, r"(?s)Open Order: 1.*Hand them over"):
            line.with_user(self.manager).action_sign()
        screen = self._screen(clearance)
        screen.successor_id = self.first
        screen.action_hand_over()
        line.with_user(self.manager).action_sign()
        self.assertEqual(line.state, "signed")
        counts = {row["kind"]: row["count"] for row in line.figures["handed_over"]}
        self.assertEqual(counts["customer"], 2)

    def test_lines_without_a_successor_stay(self):
        clearance = self._resign()
        screen = self._screen(clearance)
        with self.assertRaisesRegex(UserError, "at least one"), self.env.cr.savepoint():
            screen.action_hand_over()
        self._line(screen, self.shop).successor_id = self.first
        screen.action_hand_over()
        self.assertEqual(self.customer.user_id, self.user)
        self.assertEqual(self.shop.user_id, self.first)

    def test_who_may_hand_over(self):
        clearance = self._resign()
        for user in (self.user, self.colleague, self.cashier):
            with self.subTest(user.login), self.assertRaises(AccessError), self.env.cr.savepoint():
                screen = self._screen(clearance, user)
                screen.successor_id = self.first
                screen.action_hand_over()
        screen = self._screen(clearance, self.hr_officer)
        screen.successor_id = self.first
        screen.action_hand_over()
        self.assertEqual(self.customer.user_id, self.first)

    def test_successor_is_an_active_colleague(self):
        clearance = self._resign()
        gone = self._create_user("handover_gone")
        gone.active = False
        stranger = self._create_user(
            "handover_stranger", companies=self.env["res.company"].create({"name": "Other"})
        )
        for user in (self.user, gone, stranger):
            screen = self._screen(clearance)
            screen.successor_id = user
            with self.subTest(user.login), self.assertRaisesRegex(UserError, "cannot take it over"):
                screen.action_hand_over()

    def test_documents_of_a_company_go_to_who_works_there(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.user.company_ids += elsewhere
        self._create_employee(self.user, company_id=elsewhere.id, department_id=False)
        there = self.env["res.partner"].create(
            {"name": "Tiles Elsewhere", "user_id": self.user.id, "company_id": elsewhere.id}
        )
        clearance = self._resign()
        screen = self._screen(clearance)
        screen.successor_id = self.first
        with self.assertRaisesRegex(UserError, "colleague of Elsewhere"), self.cr.savepoint():
            screen.action_hand_over()
        self.first.company_ids += elsewhere
        screen.action_hand_over()
        self.assertEqual(there.user_id, self.first)

    def test_who_sells_nothing_has_no_sales_line(self):
        clearance = self._resign(user=self.colleague, employee=self.colleague_employee)
        self.assertEqual(clearance.line_ids.mapped("kind"), ["finance"])

    def test_record_is_closed_to_clients(self):
        clearance = self._resign()
        screen = self._screen(clearance)
        screen.successor_id = self.first
        screen.action_hand_over()
        row = clearance.handover_ids[0]
        for user in (self.user, self.manager, self.hr_manager):
            with self.subTest(user.login):
                for step in (
                    lambda user=user: row.with_user(user).write({"to_user_id": self.second.id}),
                    lambda user=user: row.with_user(user).unlink(),
                    lambda user=user: row.with_user(user).copy(),
                ):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        step()
