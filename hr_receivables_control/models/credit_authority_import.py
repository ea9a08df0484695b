from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

# A figure in a cell limits, an empty cell does not.
LIMIT_OF = {
    "order_limit": "limit_order",
    "customer_limit": "limit_customer",
    "pool_limit": "limit_pool",
    "max_over_pct": "limit_by_pct",
}
KEY = ("company_id", "employee_id", "job_id", "level_id", "department_id", "date_from:day")


class CreditAuthority(models.Model):
    """Rules from a spreadsheet, one a row."""

    _name = "credit.authority"
    _inherit = ["credit.authority", "credit.import.mixin"]

    @api.model
    def get_import_templates(self):
        # EXTENDS base_import
        return [
            {
                "label": self.env._("Template for authority rules"),
                "template": self._get_template_path("credit_authority"),
            }
        ]

    @api.model
    def _load_records(self, data_list, update=False):
        # EXTENDS base: rows of a spreadsheet, as only they carry their place in it
        rows = [data for data in data_list if "info" in data]
        for data in rows:
            data["values"] = self._prepare_imported_vals(data["values"])
        rules = super()._load_records(data_list, update)
        if rows:
            rules._check_imported_twice()
        return rules

    @api.model
    def _prepare_imported_vals(self, values):
        """What the cells mean; an empty one leaves the default. :raises UserError: naming column and figure"""
        vals = dict(values)
        for name, value in vals.items():
            field = self._fields[name]
            if field.type in ("float", "integer", "monetary") and value < 0:
                raise UserError(
                    self.env._(
                        "%(column)s: %(figure)s. It cannot be below zero.",
                        column=field._description_string(self.env),
                        figure=value,
                    )
                )
        positions = [
            vals.get("employee_id"),
            vals.get("job_id") or vals.get("level_id"),
            vals.get("department_id"),
        ]
        if sum(map(bool, positions)) > 1:
            raise UserError(
                self.env._(
                    "A rule is for an employee, or for a job and level, or for a department. Make two rules instead."
                )
            )
        for amount, flag in LIMIT_OF.items():
            if amount in vals:
                vals.setdefault(flag, vals[amount] is not False)
        return {
            name: value
            for name, value in vals.items()
            if value is not False or self._fields[name].type not in ("float", "integer", "monetary")
        }

    def _check_imported_twice(self):
        """:raises UserError: a position has two rules from one day on; the figures of one would never count"""
        groups = self._read_group(
            [("company_id", "in", self.company_id.ids)], KEY, having=[("__count", ">", 1)]
        )
        for rule in self.filtered("active"):
            if rule._get_position_key() in groups:
                raise UserError(
                    self.env._(
                        "%(position)s has a rule from %(day)s already. Change that rule, or let this one begin on "
                        "another day.",
                        position=rule.name,
                        day=format_date(self.env, rule.date_from) or self.env._("the beginning"),
                    )
                )

    def _get_position_key(self):
        self.ensure_one()
        return tuple(self[name.partition(":")[0]] for name in KEY)
