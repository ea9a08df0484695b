from odoo import api, fields, models
from odoo.fields import Domain


class CreditCustomerClass(models.Model):
    """What kind of customer somebody is, and so which papers are asked of him."""

    _name = "credit.customer.class"
    _description = "Customer Class"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The first class that fits is given to a new file.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    applies_to = fields.Selection(
        [
            ("company", "New companies"),
            ("abroad", "New companies abroad"),
            ("person", "New individuals"),
            ("choice", "Chosen by hand only"),
        ],
        string="Given to",
        required=True,
        default="choice",
        help="Which new customers get this class by themselves. It can be changed on the file.",
    )
    requirement_ids = fields.One2many(
        "credit.admission.requirement", "class_id", string="Requirements", copy=True
    )

    @api.model
    def _get_defaults(self, partners, company):
        """Class of each new customer: the first by sequence that is meant for his kind.

        :return: ``{partner: class or an empty one}``
        """
        domain = Domain("company_id", "in", [False, company.id]) & Domain(
            "applies_to", "!=", "choice"
        )
        classes = {}
        for found in self.sudo().search(domain):
            classes.setdefault(found.applies_to, found)
        nothing = self.browse()
        result = {}
        for partner in partners.sudo():
            kind = "company" if partner.is_company else "person"
            if kind == "company" and partner._is_credit_abroad(company):
                kind = "abroad" if "abroad" in classes else kind
            result[partner] = classes.get(kind, nothing)
        return result
