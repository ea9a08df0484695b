from odoo import api, fields, models


class CreditWatchDecide(models.TransientModel):
    _name = "credit.watch.decide"
    _description = "Say What a Finding Was"

    finding_id = fields.Many2one("credit.watch.finding", required=True, readonly=True)
    sentence = fields.Text(compute="_compute_sentence", string="What Was Found")
    reason = fields.Text(required=True)

    @api.depends("finding_id")
    def _compute_sentence(self):
        # the finding computes it without rights: it must not tell of what is not the user's business
        self.finding_id.check_access("read")
        for wizard in self:
            wizard.sentence = wizard.finding_id.sentence

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
