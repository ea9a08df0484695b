from odoo import api, fields, models
from odoo.exceptions import UserError


class CreditGrantUse(models.Model):
    """What one order took of an emergency authorisation; written by the check, never changed."""

    _name = "credit.grant.use"
    _description = "Use of an Emergency Authorisation"
    _rec_name = "document_name"
    _order = "id"

    grant_id = fields.Many2one("credit.grant", required=True, index=True, ondelete="cascade")
    decision_id = fields.Many2one("credit.decision", required=True, ondelete="cascade")
    order_id = fields.Many2one("sale.order", index="btree_not_null", ondelete="set null")
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="grant_id.currency_id")
    document_name = fields.Char(string="Document", required=True)
    user_id = fields.Many2one("res.users", string="Confirmed By", required=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    amount = fields.Monetary(required=True)

    def write(self, vals):
        raise UserError(self.env._("What was used stays on record."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("What was used stays on record."))


class CreditCheckpoint(models.AbstractModel):
    _inherit = "credit.checkpoint"

    @api.model
    def _after_record(self, accounts, verdicts, decisions):
        res = super()._after_record(accounts, verdicts, decisions)
        self._track_emergencies(accounts, verdicts, decisions)
        return res

    @api.model
    def _track_emergencies(self, accounts, verdicts, decisions):
        """Book what passed only because of an emergency on those in force, the one that ends first first."""
        vals_list, left = [], {}
        for document, verdict in verdicts.items():
            decision = decisions[document]
            account = accounts[document]
            # what a release let pass did not need the emergency
            if (
                not verdict.emergency
                or decision.result not in ("ok", "near")
                or account.mode != "limited"
            ):
                continue
            needed = min(verdict.amount, verdict.after - (verdict.limit - verdict.emergency))
            if account.id not in left:
                left[account.id] = self._get_emergencies_left(account, verdict)
            if decision.checkpoint in ("amendment", "handover"):
                # only the growth is new: what its confirmation took is booked already
                for use in self._get_uses(decision.order_id, left[account.id]):
                    left[account.id][use.grant_id] -= use.amount
                    needed -= use.amount
            for grant, amount in left[account.id].items():
                taken = min(needed, amount)
                if account.currency_id.compare_amounts(taken, 0.0) <= 0:
                    continue
                vals_list.append(
                    {
                        "grant_id": grant.id,
                        "decision_id": decision.id,
                        "order_id": decision.order_id.id,
                        "company_id": decision.company_id.id,
                        "document_name": decision.document_name,
                        "user_id": self.env.uid,
                        "amount": taken,
                    }
                )
                left[account.id][grant] -= taken
                needed -= taken
        if vals_list:
            self.env["credit.grant.use"].sudo().create(vals_list)

    @api.model
    def _get_uses(self, order, grants):
        grant_ids = [grant.id for grant in grants]
        domain = [("order_id", "=", order.id), ("grant_id", "in", grant_ids)]
        return self.env["credit.grant.use"].sudo().search(domain)

    @api.model
    def _get_emergencies_left(self, account, verdict):
        """What the emergencies in force still give beyond what is open already: ``{grant: amount}``."""
        grants = (
            self.env["credit.grant"]
            .sudo()
            .search(
                [
                    ("account_id", "=", account.id),
                    ("kind", "=", "emergency"),
                    ("state", "=", "active"),
                    ("valid_from", "<=", fields.Datetime.now()),
                    ("valid_to", ">", fields.Datetime.now()),
                ],
                order="valid_to, id",
            )
        )
        taken = max(verdict.before - (verdict.limit - verdict.emergency), 0.0)
        left = {}
        for grant in grants:
            part = min(grant.amount, taken)
            left[grant] = grant.amount - part
            taken -= part
        return left
