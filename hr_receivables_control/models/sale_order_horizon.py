from odoo import api, fields, models
from odoo.tools import format_datetime


class SaleOrder(models.Model):
    """Orders to be delivered beyond the company's horizon: they hold nothing yet but what was delivered."""

    _inherit = "sale.order"
    _control_guarded_fields = frozenset({"credit_later"})

    # Stays when its time has come: nobody has asked yet whether there is room for it.
    credit_later = fields.Boolean(string="Beyond the Horizon", copy=False, readonly=True)

    def _is_beyond_credit_horizon(self):
        """Whether the order is to be delivered so late that it holds only what was delivered of it."""
        self.ensure_one()
        horizon = self.company_id.sudo().credit_company_id._get_credit_horizon()
        return bool(horizon and self.commitment_date and self.commitment_date >= horizon)

    def _set_credit_later(self, later):
        if changed := self.sudo().filtered(lambda order: order.credit_later != later):
            changed.write({"credit_later": later})

    def _get_credit_horizon_sentence(self, account):
        """Why the order holds nothing yet, if it is to be delivered beyond the company's horizon."""
        if not self._is_beyond_credit_horizon():
            return None
        return self.env._(
            "It is to be delivered on %(day)s and counts from %(days)s days before. Until then it is checked when "
            "goods leave, when it is invoiced, or when it is brought forward.",
            day=format_datetime(self.env, self.commitment_date),
            days=account.company_id.credit_horizon_days,
        )


class CreditCheckpoint(models.AbstractModel):
    _inherit = "credit.checkpoint"

    @api.model
    def _check_orders(self, orders, checkpoint="order"):
        # EXTENDS: what passed is checked as far as it counts yet
        decisions = super()._check_orders(orders, checkpoint)
        passed = orders.sudo().filtered(lambda order: decisions[order].result != "hold")
        later = passed.filtered(lambda order: order._is_beyond_credit_horizon())
        later._set_credit_later(True)
        (passed - later)._set_credit_later(False)
        return decisions


class CreditAmendment(models.AbstractModel):
    _inherit = "credit.amendment"

    @api.model
    def _after_change(self, before, after):
        # EXTENDS: put off, an order gives back what it was checked for
        res = super()._after_change(before, after)
        orders = self.env["sale.order"].browse(after)
        orders.filtered(lambda order: order._is_beyond_credit_horizon())._set_credit_later(True)
        return res


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    def _after_credit_policy_change(self, changed):
        # EXTENDS: a nearer horizon takes out orders that were checked
        res = super()._after_credit_policy_change(changed)
        for company, name in changed:
            if name == "credit_horizon_days" and (horizon := company._get_credit_horizon()):
                self.env["sale.order"].sudo().search(
                    [
                        ("state", "=", "sale"),
                        ("company_id.credit_company_id", "=", company.id),
                        ("commitment_date", ">=", horizon),
                    ]
                )._set_credit_later(True)
        return res
