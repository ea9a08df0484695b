from odoo import api, models
from odoo.fields import Domain


class CreditRoute(models.AbstractModel):
    """Who is asked for a release, in which order: store, finance, owner.

    A level counts as able when somebody on it has a ceiling that covers the excess. Levels that
    are vacant or not able are passed over, and the request says why.
    """

    _name = "credit.route"
    _description = "Route of a Credit Release"

    @api.model
    def _get_levels(self, grant):
        """Levels of a release, nearest first, in the form the approval expects."""
        company = grant.company_id
        people = self._get_people(grant._get_route_person(), company)
        everybody = self.env["res.users"].union(*(users for _code, _label, users in people))
        ceilings = self.env["credit.authority"]._get_ceilings(everybody, company)
        return [
            self._prepare_level(
                grant, code, label, users, {user: ceilings[user.id] for user in users}
            )
            for code, label, users in people
        ]

    @api.model
    def _get_people(self, salesperson, company):
        """Who decides on what a salesperson asks, nearest first: ``[(code, label, users)]``."""
        return [
            (
                "store_manager",
                self.env._("Store manager"),
                self._get_person_managers(salesperson, company),
            ),
            ("finance", self.env._("Finance"), self._get_controllers(company)),
            ("owner", self.env._("Owner"), self._get_managers(company)),
        ]

    @api.model
    def _get_review_levels(self, grant):
        """Who reviews an emergency: the levels above the giver's own; auditors where nobody is above."""
        company, giver = grant.company_id, grant.requester_id
        levels = self._get_people(giver, company)
        own = max((n for n, level in enumerate(levels) if giver in level[2]), default=-1)
        # others of the highest level may review each other
        above = levels[own + 1 :] or levels[-1:]
        auditors = self.env.ref("hr_control_base.group_control_auditor").sudo().all_user_ids
        auditors = auditors.filtered(lambda user: user.active and company in user.company_ids)
        return [
            {"code": code, "label": label, "users": users}
            for code, label, users in [*above, ("auditor", self.env._("Auditor"), auditors)]
        ]

    @api.model
    def _prepare_level(self, grant, code, label, users, ceilings):
        able = users.filtered(lambda user: grant._is_covered_by(ceilings[user]))
        reason = ""
        if users and not able:
            best = max((ceilings[user] for user in users), key=lambda ceiling: ceiling.over_amount)
            reason = (
                self.env._("credit authority suspended")
                if all(ceiling.suspended for ceiling in ceilings.values())
                else grant._get_ceiling_sentence(best)
            )
        return {
            "code": code,
            "label": label,
            "users": able or users,
            "able": bool(able),
            "reason": reason,
        }

    @api.model
    def _get_person_managers(self, salesperson, company):
        """Manager of a person's store, else of his department, else his own manager."""
        return self._get_managers_of(salesperson, company).get(salesperson.id, salesperson)

    @api.model
    def _get_managers_of(self, users, company):
        """The same for many people at once, by a constant number of queries.

        :return: ``{user id: managers}``, every user a key
        """
        contexts = self.env["hr.employee"]._get_control_context(users, company)
        Department = self.env["hr.department"].sudo()
        Employee = self.env["hr.employee"].sudo()
        names = ("store_id", "department_id")
        ids = {context[name] for context in contexts.values() for name in names} - {False}
        managers = {
            department.id: department.manager_id.user_id.filtered("active")
            for department in Department.browse(ids)
        }
        employees = Employee.browse(
            {context["employee_id"] for context in contexts.values()} - {False}
        )
        parents = {
            employee.id: employee.parent_id.user_id.filtered("active") for employee in employees
        }
        nobody = self.env["res.users"].sudo()
        return {
            user_id: managers.get(context["store_id"])
            or managers.get(context["department_id"])
            or parents.get(context["employee_id"], nobody)
            for user_id, context in contexts.items()
        }

    @api.model
    def _get_controllers(self, company):
        """Credit controllers who work in ``company``; credit managers are a level of their own."""
        Users = self.env["res.users"].sudo()
        # a subquery: "not in" of the groups would ask for any group that is another
        managers = Users._search(self._get_member_domain("group_credit_manager", company))
        controllers = self._get_member_domain("group_credit_controller", company)
        return Users.search(controllers & Domain("id", "not in", managers))

    @api.model
    def _get_managers(self, company):
        members = self._get_member_domain("group_credit_manager", company)
        return self.env["res.users"].sudo().search(members)

    @api.model
    def _get_member_domain(self, group, company):
        """Active members of a group, also by a group that implies it, who work in ``company``."""
        return (
            Domain("all_group_ids", "in", self._get_group_id(group))
            & Domain("active", "=", True)
            & Domain("company_ids", "in", company.id)
        )

    @api.model
    def _get_group_id(self, group):
        xmlid = f"hr_receivables_control.{group}"
        return self.env["ir.model.data"]._xmlid_to_res_id(xmlid, raise_if_not_found=True)
