from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_reference_fields(self, src_partners, dst_partner):
        # EXTENDS base
        # Each dossier keeps its subject, or its chain would tell of somebody else; both say what became of it.
        self.env["hr.control.event"]._append_merge(src_partners, dst_partner)
        return super()._update_reference_fields(src_partners, dst_partner)
