from odoo import api, models

# What a rule says; the label is made of it, the company never changes alone.
UNLOGGED = {
    "id",
    "create_uid",
    "create_date",
    "write_uid",
    "write_date",
    "currency_id",
    "company_id",
}


class CreditAuthority(models.Model):
    """Who changed which authority rule, in the dossier of the company."""

    _inherit = "credit.authority"

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._log_changes({rule: {} for rule in rules})
        return rules

    def write(self, vals):
        before = {rule: rule._get_logged_values() for rule in self}
        res = super().write(vals)
        self._log_changes(before)
        return res

    def unlink(self):
        values = {rule: rule._get_logged_values() for rule in self}
        self._log_changes(values, gone=True)
        return super().unlink()

    def _get_logged_values(self):
        """Values that the record keeps, as plain data: ids, numbers, days."""
        self.ensure_one()
        rule = self.sudo()
        values = {}
        for name, field in self._fields.items():
            if field.store and name not in UNLOGGED:
                value = rule[name]
                values[name] = value.id or 0 if field.type == "many2one" else value or 0
        return values

    def _log_changes(self, before, gone=False):
        Event = self.env["hr.control.event"]
        Dossier = self.env["hr.control.dossier"].sudo()
        events = []
        for rule in self:
            old = before[rule]
            new = {} if gone else rule._get_logged_values()
            changed = {
                name: [old.get(name, 0), new.get(name, 0)]
                for name in sorted(old.keys() | new.keys())
                if old.get(name, 0) != new.get(name, 0)
            }
            if not changed:
                continue
            company = rule.sudo().company_id
            events.append(
                {
                    "dossier": Dossier._ensure("res.company", company, company)[company.id],
                    "code": "credit.authority_removed" if gone else "credit.authority",
                    "document": rule,
                    "data": {"changed": sorted(changed), "values": changed},
                    "names": {"subject": company, "rule": rule.name},
                }
            )
        Event._append(events)
