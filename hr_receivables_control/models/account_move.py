from odoo import models
from odoo.tools import format_amount


class AccountMove(models.Model):
    _inherit = "account.move"

    # Documents that are open on somebody's own account: paid ones are never looked at.
    _credit_user_idx = models.Index(
        "(invoice_user_id) WHERE state = 'posted' "
        "AND payment_state IN ('not_paid', 'partial', 'in_payment', 'blocked')"
    )

    def _build_credit_warning_message(
        self, record, current_amount=0.0, exclude_current=False, exclude_amount=0.0
    ):
        # OVERRIDE account: answered from the credit account, so that two banners never disagree
        account = self.env["credit.account"]._find(record.partner_id, record.company_id)
        if not account or account.mode == "unlimited":
            return ""
        exposures, _amounts = self.env["credit.exposure"]._get(account)
        exposure = exposures[account.id]
        limit = account._get_effective_limit(exposure)
        total = exposure.total + (0.0 if exclude_current else current_amount - exclude_amount)
        if account._get_credit_status(total, limit) != "over":
            return ""
        return self.env._(
            "%(customer)s is over the credit limit: %(total)s with this document, limit %(limit)s.",
            customer=account.partner_id.display_name,
            total=format_amount(self.env, total, account.currency_id),
            limit=format_amount(self.env, limit, account.currency_id),
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # Lines of drafts, whose orders still hold credit although Odoo counts them as invoiced.
    _credit_draft_idx = models.Index(
        "(id) WHERE parent_state = 'draft' AND display_type = 'product'"
    )
