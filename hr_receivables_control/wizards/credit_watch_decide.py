from odoo import fields, models


class CreditWatchDecide(models.TransientModel):
    _name = "credit.watch.decide"
    _description = "Say What a Finding Was"

    finding_id = fields.Many2one("credit.watch.finding", required=True, readonly=True)
    sentence = fields.Text(related="finding_id.sentence", string="What Was Found")
    reason = fields.Text(required=True)

    def action_explain(self):
        self.ensure_one()
        return self.finding_id.action_explain(self.reason) and {
            "type": "ir.actions.act_window_close"
        }

    def action_confirm(self):
        self.ensure_one()
        return self.finding_id.action_confirm(self.reason) and {
            "type": "ir.actions.act_window_close"
        }
