from odoo import api, models
from odoo.tools import SQL

TODO = "mail.mail_activity_data_todo"


class CreditAccount(models.Model):
    """A file comes into being with the account of a new customer, whichever way he came."""

    _inherit = "credit.account"

    @api.model
    def _get_new_admissions(self, partners, company, own, known=False):
        """Admission of new accounts: nothing is asked of own companies and employees, nor of customers of before.

        :return: ``{partner id: state or None}``
        """
        asked = not known and company.sudo().credit_admission_policy != "none"
        return {
            partner.id: "exempt" if partner in own else "draft" if asked else None
            for partner in partners.sudo()
        }

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS: made by hand by somebody who keeps accounts
        accounts = super().create(vals_list)
        for company, batch in accounts.sudo().grouped("company_id").items():
            own = self._get_own_partners(batch.partner_id)
            admissions = self._get_new_admissions(batch.partner_id, company, own)
            for state, group in batch.grouped(lambda a, s=admissions: s[a.partner_id.id]).items():
                group.write({"admission_state": state})
                if state == "draft":
                    group._open_admissions()
        return accounts

    def _open_admissions(self):
        """Files for those of these accounts that have none, with their items and somebody to complete them.

        A constant number of statements for any number of customers, so that an import stays quick.
        """
        accounts = self.sudo()
        classes = {}
        for company, batch in accounts.grouped("company_id").items():
            classes |= self.env["credit.customer.class"]._get_defaults(batch.partner_id, company)
        self.env["credit.admission"].flush_model(["account_id", "active"])
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_admission (account_id, partner_id, company_id, class_id, state, active,
                                              create_uid, create_date, write_uid, write_date)
                SELECT a.id, a.partner_id, a.company_id, t.class_id, 'draft', TRUE,
                       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM unnest(%(ids)s::int[], %(classes)s::int[]) AS t(id, class_id)
                  JOIN credit_account a ON a.id = t.id
                ON CONFLICT (account_id) WHERE active DO NOTHING
                RETURNING id
                """,
                uid=self.env.uid,
                ids=accounts.ids,
                classes=[classes[account.partner_id].id or None for account in accounts],
            )
        )
        if not rows:
            return
        admissions = self.env["credit.admission"].sudo().browse([row[0] for row in rows])
        accounts.invalidate_recordset(["admission_ids"])
        admissions._add_items()
        admissions._schedule_completion()

    def _copy_limit(self, source):
        # EXTENDS: made for this merge, so the file of the one that goes becomes his
        res = super()._copy_limit(source)
        self.admission_ids.unlink()
        names = ("admission_state", "admission_pct", "admitted_until")
        self.write({name: source[name] for name in names})
        return res

    def _hand_over(self, target):
        # EXTENDS: the target keeps its own file; a second one is put away beside it, with its scans
        self.env.flush_all()
        for account in self:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE credit_admission
                       SET account_id = %(target)s, partner_id = %(partner)s, company_id = %(company)s,
                           active = active AND NOT EXISTS (
                               SELECT 1 FROM credit_admission kept WHERE kept.account_id = %(target)s AND kept.active
                           )
                     WHERE account_id = %(source)s
                    """,
                    target=target.id,
                    partner=target.partner_id.id,
                    company=target.company_id.id,
                    source=account.id,
                )
            )
        self.env.invalidate_all(flush=False)
        res = super()._hand_over(target)
        target.admission_ids._refresh_standing()
        return res


class CreditAdmission(models.Model):
    _inherit = "credit.admission"

    @api.model
    def _get_todo_type(self):
        return TODO

    def _schedule_completion(self):
        """One activity per file for whoever completes it: the salesperson, else who brought the customer in, else
        a credit controller of the company."""
        activity_type = self.env.ref(TODO)
        vals_list = []
        for company, batch in self.grouped("company_id").items():
            fallback = self.env["credit.route"]._get_controllers(company)[:1]
            for admission in batch:
                user = admission._get_completing_user() or fallback
                if not user:
                    continue
                lang = user.sudo().lang or self.env.lang
                translated = admission.with_context(lang=lang)
                vals_list.append(
                    {
                        "activity_type_id": activity_type.id,
                        "res_model_id": self.env["ir.model"]._get_id(self._name),
                        "res_id": admission.id,
                        "user_id": user.id,
                        "summary": translated.env._("Complete the customer file"),
                        "note": translated._get_missing_sentence(),
                        "date_deadline": company._company_today(),
                        "automated": True,
                    }
                )
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(
            vals_list
        )

    def _get_completing_user(self):
        self.ensure_one()
        if salesperson := self.partner_id.user_id.filtered("active"):
            return salesperson
        user = self.env.user.filtered(
            lambda user: user._is_internal() and user.id != api.SUPERUSER_ID
        )
        sells = user and user.has_group("sales_team.group_sale_salesman")
        return user if sells else self.env["res.users"]


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS: form, quick create, import and lead conversion all end here
        partners = super().create(vals_list)
        partners._open_credit_files()
        return partners

    def _open_credit_files(self):
        """Account and file of those who come as customers: marked so, or with a salesperson of their own."""
        customers = self.sudo().filtered(
            lambda partner: (
                partner == partner.commercial_partner_id
                and (partner.customer_rank > 0 or (partner.user_id and not partner.supplier_rank))
            )
        )
        by_company = customers.grouped(lambda partner: partner.company_id or self.env.company)
        for company, batch in by_company.items():
            batch._begin_credit_file(company)

    def _begin_credit_file(self, company):
        if company.sudo().credit_company_id.credit_admission_policy != "none":
            self.env["credit.account"]._ensure(self, company)


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _signup_create_user(self, values):
        # EXTENDS auth_signup: nobody invited him, so he comes to buy
        user = super()._signup_create_user(values)
        partner = user.sudo().partner_id
        if "partner_id" not in values and partner == partner.commercial_partner_id:
            partner._begin_credit_file(self.env.company)
        return user
