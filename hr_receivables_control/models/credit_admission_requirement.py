from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidChecksum, InvalidFormat
from stdnum.exceptions import ValidationError as NumberError

from odoo import api, fields, models

KINDS = [
    ("licence", "Business licence"),
    ("uscc", "Unified social credit code"),
    ("contacts", "Contacts"),
    ("invoicing", "Invoicing data"),
    ("legal_id", "Identity card of the legal representative"),
    ("credit_record", "Credit record or trade reference"),
    ("contract", "Contract"),
    ("guarantee", "Guarantee"),
    ("other", "Other"),
]
# read from the customer himself, never kept twice
PARTNER_KINDS = {"uscc", "contacts", "invoicing"}


def validate_card(number):
    """Length, day of birth and check digit; the register of places that stdnum asks too is not installed everywhere."""
    number = ric.compact(number)
    if len(number) != 18 or not number[:-1].isdecimal():
        raise InvalidFormat
    ric.get_birth_date(number)
    if ric.calc_check_digit(number) != number[-1]:
        raise InvalidChecksum


NUMBER_CHECKS = {"uscc": uscc.validate, "ric": validate_card}
# what changes the weight of things for files that are there already
STANDING_FIELDS = {"weight", "is_required", "active"}


class CreditAdmissionRequirement(models.Model):
    """One paper or piece of data that customers of a class have to bring."""

    _name = "credit.admission.requirement"
    _description = "Admission Requirement"
    _order = "class_id, sequence, id"

    class_id = fields.Many2one(
        "credit.customer.class", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="class_id.company_id")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        KINDS,
        required=True,
        default="other",
        help="Code, contacts and invoicing data are read from the customer; the rest is entered in the file.",
    )
    weight = fields.Integer(
        default=10, required=True, help="Share in the completeness, relative to the others."
    )
    is_required = fields.Boolean(
        string="Required", default=True, help="Only required items count in the completeness."
    )
    needs_number = fields.Boolean(string="Asks for a Number")
    needs_scan = fields.Boolean(string="Asks for a Scan")
    needs_expiry = fields.Boolean(
        string="Asks for a Last Day",
        help="The last day of validity, or for the tick that there is none.",
    )
    number_check = fields.Selection(
        [("uscc", "Unified social credit code"), ("ric", "Identity card number")],
        string="Check Digit",
        help="The number entered must be right by its own check digit.",
    )
    by_salesperson = fields.Boolean(
        string="Entered by Salesperson",
        help="Whoever opens the customer in a form has to enter it, and the file cannot be submitted without it.",
    )

    _weight_positive = models.Constraint("CHECK(weight > 0)", "A weight is above zero.")

    @api.model_create_multi
    def create(self, vals_list):
        requirements = super().create(vals_list)
        requirements._ask_for_open_files()
        return requirements

    def write(self, vals):
        res = super().write(vals)
        if STANDING_FIELDS & vals.keys():
            self._ask_for_open_files()
            items = self.env["credit.admission.item"].sudo()
            items.search([("requirement_id", "in", self.ids)]).admission_id._refresh_standing()
        return res

    def _ask_for_open_files(self):
        """Files still being made ask for it from now on; those in review or approved stay as they are."""
        Admission = self.env["credit.admission"].sudo()
        Admission.search(
            [("class_id", "in", self.class_id.ids), ("state", "in", ("draft", "rejected"))]
        )._add_items()

    def _is_number_wrong(self, number):
        """Whether ``number`` fails its own check digit."""
        self.ensure_one()
        if not number or not self.number_check:
            return False
        return self._fails_check(number, self.number_check)

    @api.model
    def _fails_check(self, number, check):
        try:
            NUMBER_CHECKS[check](number)
        except NumberError:
            return True
        return False
