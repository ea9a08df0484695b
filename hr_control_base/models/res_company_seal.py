from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    control_seal_email = fields.Char(
        string="Seal Also To",
        help="Address outside the house that receives the nightly seal, besides the auditors of the company.",
    )
