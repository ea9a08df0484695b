from odoo import api, models
from odoo.exceptions import AccessError

MATRIX_GROUPS = (
    "hr_receivables_control.group_credit_controller,hr_control_base.group_control_auditor"
)


class CreditAuthority(models.Model):
    _inherit = "credit.authority"

    @api.model
    def _check_matrix_access(self, company):
        """:raises AccessError: the authority of a whole company is shown to those who answer for it"""
        user = self.env.user
        if not user.has_groups(MATRIX_GROUPS) or company not in user.company_ids:
            raise AccessError(
                self.env._(
                    "Only credit controllers and auditors of a company see its authority matrix."
                )
            )

    @api.model
    def _get_matrix(self, company, day=None):
        """Who might do how much in ``company`` at the end of ``day`` (today: at this moment), and by which rule.

        Everybody who sells, keeps or checks credit there, and everybody a rule names. Two queries for
        the rules, whatever the number of people.
        :return: dicts with the values of ``credit.authority.matrix.line``; an amount is None where there
            is no ceiling or no limit
        """
        company_sudo = company.sudo()
        users = self._get_matrix_users(company_sudo)
        people = self.env["credit.person"]._get(users, company_sudo, day)
        contexts = self.env["hr.employee"]._get_control_context(users, company_sudo, day)
        ceilings = self._get_ceilings(users, company_sudo, day)
        late = self.env["credit.grant"]._get_unreviewed(users, company_sudo).requester_id
        rows = []
        for user in users.sorted("name"):
            person, ceiling, context = people[user.id], ceilings[user.id], contexts[user.id]
            if person.suspension_id:
                person = person._replace(order_limit=0.0, customer_limit=0.0, pool_limit=0.0)
            rows.append(
                {
                    "user_id": user.id,
                    "department_id": context["department_id"],
                    "job_id": context["job_id"],
                    "level_id": context["level_id"],
                    "authority_id": person.rule_id or False,
                    "order_limit": person.order_limit,
                    "customer_limit": person.customer_limit,
                    "pool_limit": person.pool_limit,
                    "over_amount": None if ceiling.over_unlimited else ceiling.over_amount,
                    "grant_limit": None if ceiling.customer_unlimited else ceiling.customer_limit,
                    "grant_days": ceiling.grant_days,
                    "release_tier": ceiling.release_tier,
                    "pause_days": ceiling.pause_days,
                    "emergency_amount": None
                    if ceiling.emergency_unlimited
                    else ceiling.emergency_amount,
                    "emergency_hours": ceiling.emergency_hours,
                    "suspension_id": person.suspension_id or False,
                    "is_paused": user in late,
                }
            )
        return rows

    @api.model
    def _get_matrix_users(self, company):
        """Active internal people of the company who have to do with credit."""
        groups = (
            "sales_team.group_sale_salesman",
            "hr_receivables_control.group_credit_controller",
        )
        Users = self.env["res.users"].sudo()
        users = Users.union(*(self.env.ref(group).sudo().all_user_ids for group in groups))
        users |= self.sudo().search([("company_id", "parent_of", company.id)]).employee_id.user_id
        return users._get_control_deciders(company)
