from odoo import api, fields, models
from odoo.exceptions import UserError


class HrControlCheckLine(models.TransientModel):
    """The system check as one user sees it now: made anew whenever the list is read."""

    _name = "hr.control.check.line"
    _description = "System Check Line"
    _order = "rank, sequence, id"
    _rec_name = "message"

    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    rank = fields.Integer(readonly=True)
    area = fields.Char(readonly=True)
    severity = fields.Selection(
        [("ok", "In order"), ("warning", "Look at it"), ("problem", "Mend it")],
        string="Result",
        required=True,
        readonly=True,
    )
    message = fields.Text(string="What was found", required=True, readonly=True)
    action = fields.Json(readonly=True)
    has_action = fields.Boolean(compute="_compute_has_action")

    @api.depends("action")
    def _compute_has_action(self):
        for line in self:
            line.has_action = bool(line.action)

    @api.model
    def web_search_read(self, *args, **kwargs):
        # EXTENDS web
        self._refresh()
        return super().web_search_read(*args, **kwargs)

    @api.model
    def web_read_group(self, *args, **kwargs):
        # EXTENDS web
        self._refresh()
        return super().web_read_group(*args, **kwargs)

    # these reads write, so a read-only cursor would only be tried in vain
    web_search_read._readonly = False
    web_read_group._readonly = False

    @api.model
    def _refresh(self):
        """Bring the user's own lines up to date. Lines keep their ids, so that a second tab stays usable."""
        self.check_access("read")
        # clients have no rights to write: the action of a line must be ours
        lines_sudo = self.sudo().search([("create_uid", "=", self.env.uid)], order="id")
        known = {line.code: line for line in lines_sudo}
        new, current = [], self.sudo().browse()
        for sequence, check in enumerate(self.env["hr.control.check"]._get_checks()):
            vals = self._prepare_line_vals(check, sequence)
            if line := known.get(check["code"]):
                line.write(vals)
                current |= line
            else:
                new.append(vals)
        (lines_sudo - current).unlink()
        self.sudo().create(new)

    @api.model
    def _prepare_line_vals(self, check, sequence):
        return {
            "code": check["code"],
            "sequence": sequence,
            "rank": ["problem", "warning", "ok"].index(check["severity"]),
            "area": check["area"],
            "severity": check["severity"],
            "message": check["message"],
            "action": check.get("action") or False,
        }

    def action_open(self):
        self.ensure_one()
        self.check_access("read")
        if not self.action:
            raise UserError(
                self.env._("There is nothing to open: %(message)s", message=self.message)
            )
        return self.action
