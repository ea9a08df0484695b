from unittest import SkipTest

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .admission_common import OTHER_USCC, USCC, AdmissionCommon


@tagged("post_install", "-at_install")
class TestAdmissionBirth(AdmissionCommon):
    """Whichever way a customer comes: saved, incomplete, cash only, the missing items an activity."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # only a form may be refused
        cls.company.credit_admission_entry = "block"
        cls.company.credit_new_mode = "limited"
        cls.company.credit_new_limit = 5000.0

    def assertBornIncomplete(self, partner, user=None):
        partner = partner.sudo()
        account = self.env["credit.account"]._find(partner, self.company)
        self.assertRecordValues(account, [{"admission_state": "draft", "effective_limit": 0.0}])
        file = self._get_file(partner.with_env(self.env))
        self.assertEqual(file.state, "draft")
        self.assertIn("Still missing", file.missing)
        activity = file.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, user or self.salesman)
        self.assertIn("Licence", activity.note)
        order = self._create_order(0.01, partner=partner, user=self.env.user)
        order.action_confirm()
        self.assertEqual((order.state, order.credit_state), ("draft", "hold"))
        self.assertEqual(order.sudo().credit_decision_ids.reasons[0]["code"], "not_admitted")
        return file

    def _partners(self, user=None):
        return (
            self.env["res.partner"]
            .with_user(user or self.salesman)
            .with_context(res_partner_search_mode="customer")
        )

    def test_quick_create(self):
        self.customer_class.applies_to = "person"
        partner_id, _name = self._partners().name_create("Quick Dealer")
        self.assertBornIncomplete(self.env["res.partner"].browse(partner_id))

    def test_without_a_class_the_file_asks_for_one(self):
        partner_id, _name = self._partners().name_create("Quick Person")
        file = self._get_file(self.env["res.partner"].browse(partner_id))
        self.assertIn("Choose the customer class", file.activity_ids.note)
        self.assertEqual(file.completeness_pct, 0.0)

    def test_nobody_in_particular_leaves_it_to_a_controller(self):
        partner = self.env["res.partner"].create({"name": "By a job", "customer_rank": 1})
        self.assertEqual(self._get_file(partner).activity_ids.user_id, self.controller)

    def test_import(self):
        result = self._partners().load(
            [
                "name",
                "is_company",
                "vat",
                "credit_customer_class_id",
                "credit_legal_representative",
            ],
            [
                ["Imported One", "1", USCC, "Dealer", "Wang Wu"],
                ["Imported Two", "1", "", "", ""],
            ],
        )
        self.assertFalse(result["messages"])
        one, two = self.env["res.partner"].browse(result["ids"])
        self.assertBornIncomplete(one)
        self.assertBornIncomplete(two)
        self.assertFalse(self._get_item(self._get_file(one), "uscc").gap)
        self.assertEqual(self._get_file(one).legal_representative, "Wang Wu")

    def test_import_of_many_costs_few_queries_each(self):
        def count(number):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = [[f"Bulk {number} {n}", "1"] for n in range(number)]
            self._partners().load(["name", "is_company"], rows)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(2)
        self.company.credit_admission_policy = "none"
        plain = count(40) - count(20)
        self.company.credit_admission_policy = "enforce"
        kept = count(40) - count(20)
        self.assertLessEqual(kept - plain, 20, "at most one query more per customer")

    def test_lead_conversion(self):
        if "crm.lead" not in self.env:
            raise SkipTest("CRM is not installed")
        lead = self.env["crm.lead"].create(
            {"name": "Tiles", "partner_name": "Lead Dealer", "user_id": self.salesman.id}
        )
        lead.with_user(self.salesman)._handle_partner_assignment()
        self.assertBornIncomplete(lead.partner_id.commercial_partner_id)

    def test_customer_with_a_salesperson_as_leads_make_them(self):
        partner = self._partners().create(
            {"name": "Lead Dealer", "is_company": True, "user_id": self.salesman.id}
        )
        self.assertBornIncomplete(partner)

    def test_web_shop_and_portal_sign_up(self):
        self.env["ir.config_parameter"].sudo().set_param("auth_signup.invitation_scope", "b2c")
        public = self.env.ref("base.public_user").with_company(self.company)
        login = (
            self.env["res.users"]
            .with_user(public)
            .sudo()
            .with_company(self.company)
            ._signup_create_user({"login": "web@example.com", "name": "Web", "email": "w@e.com"})
        )
        partner = login.partner_id.with_env(self.env)
        file = self._get_file(partner)
        self.assertEqual(file.company_id, self.company)
        self.assertEqual(file.activity_ids.user_id, self.controller)

    def test_first_order_of_somebody_who_was_no_customer(self):
        partner = self.env["res.partner"].create({"name": "Guest", "is_company": True})
        self.assertFalse(self._get_file(partner))
        self._create_order(10.0, partner=partner).action_confirm()
        # the gate runs in sudo, for the salesperson
        self.assertBornIncomplete(partner)

    def test_account_made_by_hand(self):
        partner = self.env["res.partner"].create({"name": "By Hand", "is_company": True})
        account = (
            self.env["credit.account"]
            .with_user(self.owner)
            .create({"partner_id": partner.id, "company_id": self.company.id, "base_limit": 10.0})
        )
        self.assertEqual(account.admission_state, "draft")
        self.assertTrue(self._get_file(partner))

    def test_form_of_a_salesperson_is_refused_with_what_is_missing(self):
        partners = self._partners()
        vals = {"name": "Form Dealer", "is_company": True, "customer_rank": 1}
        with self.assertRaisesRegex(UserError, r"Form Dealer cannot be saved.*Code.*Contacts"):
            partners.web_save(vals, {"id": {}})
        vals |= {"vat": USCC, "child_ids": [Command.create({"name": "Li", "phone": "138000000"})]}
        saved = partners.web_save(vals, {"id": {}})
        partner = partners.browse(saved[0]["id"])
        # an edit that takes nothing away is nobody's business, whatever is missing in the file
        partner.web_save({"comment": "x"}, {"id": {}})
        with self.assertRaisesRegex(UserError, "Code"):
            partner.web_save({"vat": False}, {"id": {}})

    def test_form_is_only_warned_where_the_company_wants_that(self):
        self.company.credit_admission_entry = "warn"
        vals = {"name": "Form Dealer", "is_company": True, "customer_rank": 1}
        saved = self._partners().web_save(vals, {"id": {}, "credit_file_missing": {}})
        self.assertIn("Still missing: Code", saved[0]["credit_file_missing"])

    def test_controllers_and_other_partners_are_not_refused(self):
        self.controller.group_ids = [Command.link(self.env.ref("base.group_partner_manager").id)]
        vals = {"name": "By Finance", "is_company": True, "customer_rank": 1}
        self._partners(self.controller).web_save(vals, {"id": {}})
        vendor = {"name": "Vendor", "is_company": True, "supplier_rank": 1}
        saved = self.env["res.partner"].with_user(self.salesman).web_save(vendor, {"id": {}})
        self.assertFalse(self._get_file(self.env["res.partner"].browse(saved[0]["id"])))

    def test_edit_of_an_imported_customer_may_leave_him_incomplete(self):
        result = self._partners().load(["name", "is_company"], [["Imported", "1"]])
        partner = self._partners().browse(result["ids"])
        partner.web_save({"vat": OTHER_USCC}, {"id": {}})
        self.assertEqual(partner.vat, OTHER_USCC)

    def test_contacts_vendors_and_colleagues_get_no_file(self):
        parent = self._create_customer()
        contact, vendor, plain = self.env["res.partner"].create(
            [
                {"name": "Contact", "parent_id": parent.id, "customer_rank": 1},
                {"name": "Vendor", "supplier_rank": 1, "user_id": self.salesman.id},
                {"name": "Nobody"},
            ]
        )
        for partner in (contact, vendor, plain):
            self.assertFalse(self._get_file(partner))
        sister = self.env["res.company"].create({"name": "Sister"})
        account = self.env["credit.account"]._ensure(sister.partner_id, self.company)
        self.assertEqual(account.admission_state, "exempt")
        self.assertTrue(account._is_admitted())

    def test_class_follows_the_kind_of_customer(self):
        classes = self.env["credit.customer.class"].create(
            [
                {"name": "Person", "applies_to": "person"},
                {"name": "Abroad", "applies_to": "abroad"},
                {"name": "Tender", "applies_to": "choice", "sequence": 1},
                {"name": "Other company's", "applies_to": "person", "sequence": 1}
                | {"company_id": self.env["res.company"].create({"name": "Else"}).id},
            ]
        )
        person, abroad, company = self._partners().create(
            [
                {"name": "Zhang San"},
                {"name": "Almaty", "is_company": True, "country_id": self.env.ref("base.kz").id},
                {"name": "Xi'an", "is_company": True, "country_id": self.env.ref("base.cn").id},
            ]
        )
        self.assertEqual(person.credit_customer_class_id, classes[0])
        self.assertEqual(abroad.credit_customer_class_id, classes[1])
        self.assertEqual(company.credit_customer_class_id, self.customer_class)

    def test_shipped_classes_ask_for_papers(self):
        xmlids = ("company", "abroad", "business", "individual", "government")
        for xmlid in xmlids:
            found = self.env.ref(f"hr_receivables_control.customer_class_{xmlid}")
            required = found.requirement_ids.filtered("is_required")
            self.assertEqual(sum(required.mapped("weight")), 100, found.name)
            self.assertIn("contract", required.mapped("kind"))

    def test_no_files_where_none_are_kept(self):
        self.company.credit_admission_policy = "none"
        partner = self._partners().create({"name": "Free", "is_company": True})
        self.assertFalse(self._get_file(partner))
        account = self.env["credit.account"]._ensure(partner, self.company)
        self.assertFalse(account.admission_state)
        self.assertTrue(account._is_admitted())

    def test_partner_form_enters_class_and_legal_representative(self):
        self.company.credit_admission_entry = "warn"
        with Form(self._partners().with_context(default_is_company=True)) as form:
            form.name = "Form Dealer"
            form.credit_legal_representative = "Wang Wu"
            form.credit_customer_class_id = self.customer_class
        self.assertEqual(self._get_file(form.record).class_id, self.customer_class)

    def test_activity_is_done_by_submitting(self):
        file = self._get_file(self._create_customer(), self.salesman)
        self.assertEqual(len(file.activity_ids), 1)
        file.action_submit()
        self.assertFalse(
            file.activity_ids.filtered(lambda a: a.summary == "Complete the customer file")
        )
