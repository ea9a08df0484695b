from odoo import api, models

BANK_DATA = {"acc_number", "bank_id", "partner_id", "acc_holder_name", "active"}


class ResPartnerBank(models.Model):
    """Where the customer's money is: part of the invoicing data that somebody vouched for."""

    _inherit = "res.partner.bank"

    @api.model_create_multi
    def create(self, vals_list):
        banks = super().create(vals_list)
        banks.partner_id._follow_credit_bank()
        return banks

    def write(self, vals):
        if not BANK_DATA & vals.keys():
            return super().write(vals)
        before = {bank: bank._get_credit_bank() for bank in self}
        res = super().write(vals)
        changed = self.filtered(lambda bank: bank._get_credit_bank() != before[bank])
        partners = changed.partner_id.union(*(before[bank][0] for bank in changed))
        partners._follow_credit_bank()
        return res

    def unlink(self):
        partners = self.partner_id
        res = super().unlink()
        partners.exists()._follow_credit_bank()
        return res

    def _get_credit_bank(self):
        self.ensure_one()
        return (
            self.partner_id,
            self.bank_id,
            self.sanitized_acc_number,
            self.acc_holder_name,
            self.active,
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _follow_credit_bank(self):
        for admission in self._get_credit_admissions(None) if self else ():
            admission._follow_partner(set(), {"invoicing"})
