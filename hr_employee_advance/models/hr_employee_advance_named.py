from odoo import api, models


class HrEmployeeAdvanceNamedMixin(models.AbstractModel):
    """Records that show something of another record, which their author names.

    What Odoo reads through such a field, and what it computes to be kept, it reads in sudo: a form in the making
    that names whichever number it likes would tell everything of a stranger's advance.
    """

    _name = "hr.employee.advance.named.mixin"
    _description = "Names a Record That Its Author May Read"

    _named_fields = ("advance_id",)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_named()
        return records

    def write(self, vals):
        res = super().write(vals)
        if vals.keys() & set(self._named_fields):
            self._check_named()
        return res

    def onchange(self, values, field_names, fields_spec):
        # EXTENDS web
        for name in self._named_fields:
            self._get_named(name, values).check_access("read")
        return super().onchange(values, field_names, fields_spec)

    def _get_named(self, name, values):
        """What the form names, or begins with."""
        value = values.get(name)
        if name not in values:
            value = self.default_get([name]).get(name)
        if isinstance(value, dict):
            value = value.get("id")
        return self.env[self._fields[name].comodel_name].browse(value or ())

    def _check_named(self):
        """:raises AccessError: it is not the author's to read"""
        if not self.env.su:
            for name in self._named_fields:
                self[name].check_access("read")
