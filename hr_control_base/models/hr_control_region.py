from odoo import api, fields, models
from odoo.exceptions import ValidationError


class HrControlRegion(models.Model):
    """Sales region that stores belong to."""

    _name = "hr.control.region"
    _description = "Region"
    _parent_store = True
    _order = "complete_name, id"
    _rec_name = "complete_name"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        compute="_compute_complete_name", recursive=True, store=True, string="Region"
    )
    parent_id = fields.Many2one(
        "hr.control.region", string="Part of", index=True, ondelete="restrict", check_company=True
    )
    parent_path = fields.Char(index=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    store_ids = fields.One2many("hr.department", "control_region_id", string="Stores")

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for region in self:
            names = (region.parent_id.complete_name, region.name)
            region.complete_name = " / ".join(name for name in names if name)

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A region cannot be part of itself. Choose another region above it.")
            )
