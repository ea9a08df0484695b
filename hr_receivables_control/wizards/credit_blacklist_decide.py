from odoo import fields, models


class CreditBlacklistLift(models.TransientModel):
    _name = "credit.blacklist.lift"
    _description = "Ask to Take a Customer Off the Blacklist"

    entry_id = fields.Many2one("credit.blacklist", required=True, readonly=True)
    reason = fields.Text(required=True)

    def action_ask(self):
        self.ensure_one()
        self.entry_id.action_ask_lift(self.reason)
        return self.entry_id.action_open_approval()


class CreditBlacklistDecide(models.TransientModel):
    _name = "credit.blacklist.decide"
    _description = "Decide on a Look-Alike"

    match_id = fields.Many2one("credit.blacklist.match", required=True, readonly=True)
    partner_id = fields.Many2one(related="match_id.partner_id", related_sudo=False)
    listed_partner_id = fields.Many2one(related="match_id.listed_partner_id", related_sudo=False)
    kind = fields.Selection(related="match_id.kind", related_sudo=False)
    reason = fields.Text(required=True)

    def action_clear(self):
        self.ensure_one()
        return self.match_id.action_clear(self.reason) and {"type": "ir.actions.act_window_close"}

    def action_confirm(self):
        self.ensure_one()
        return self.match_id.action_confirm(self.reason) and {"type": "ir.actions.act_window_close"}
