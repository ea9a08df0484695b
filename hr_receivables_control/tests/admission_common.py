import base64
from datetime import timedelta

from odoo.fields import Command

from .common import CreditCommon

# 1x1 PNG
PHOTO = base64.b64encode(
    base64.b64decode(
        b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
)
USCC = "91110000600037341L"
OTHER_USCC = "91610131MA6U0AB12X"
CARD = "11010519491231002X"


class AdmissionCommon(CreditCommon):
    """Admission enforced, one class of a few weights, salespeople who may enter customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "credit_admission_policy": "enforce",
                "credit_admission_entry": "warn",
                "country_id": cls.env.ref("base.cn").id,
            }
        )
        for user in (cls.salesman, cls.colleague, cls.store_manager):
            user.group_ids = [Command.link(cls.env.ref("base.group_partner_manager").id)]
        cls.today = cls.company._company_today()
        cls.env["credit.customer.class"].search([]).active = False
        cls.customer_class = cls.env["credit.customer.class"].create(
            {
                "name": "Dealer",
                "applies_to": "company",
                "requirement_ids": [
                    Command.create({"name": name, "sequence": sequence} | values)
                    for sequence, (name, values) in enumerate(
                        {
                            "Code": {"kind": "uscc", "weight": 30, "by_salesperson": True},
                            "Contacts": {"kind": "contacts", "weight": 10, "by_salesperson": True},
                            "Licence": {
                                "kind": "licence",
                                "weight": 40,
                                "needs_scan": True,
                                "needs_expiry": True,
                            },
                            "Identity card": {
                                "kind": "legal_id",
                                "weight": 20,
                                "needs_number": True,
                                "number_check": "ric",
                            },
                            "Guarantee": {
                                "kind": "guarantee",
                                "weight": 90,
                                "needs_scan": True,
                                "is_required": False,
                            },
                        }.items()
                    )
                ],
            }
        )

    @classmethod
    def _create_customer(cls, user=None, **values):
        """A customer complete in what is entered at the customer himself."""
        return (
            cls.env["res.partner"]
            .with_user(user or cls.salesman)
            .create(
                {
                    "name": "New Dealer",
                    "is_company": True,
                    "customer_rank": 1,
                    "user_id": cls.salesman.id,
                    "vat": USCC,
                    "credit_legal_representative": "Wang Wu",
                    "child_ids": [Command.create({"name": "Li Si", "phone": "13800000000"})],
                }
                | values
            )
        )

    def _get_file(self, partner, user=None):
        file = self.env["credit.admission"].search([("partner_id", "=", partner.id)])
        return file.with_user(user) if user else file

    def _get_item(self, file, kind):
        return file.item_ids.filtered(lambda item: item.kind == kind)

    def _fill(self, file, days=365):
        """What is entered in the file itself."""
        licence = self._get_item(file, "licence")
        licence.write(
            {"scan": PHOTO, "scan_name": "a.png", "expires_on": self.today + timedelta(days=days)}
        )
        self._get_item(file, "legal_id").number = CARD

    def _create_admitted(self, days=365, **values):
        """A customer whose file went the whole way; his account may use 1,000.00."""
        partner = self._create_customer(**values)
        file = self._get_file(partner, self.salesman)
        self._fill(file, days)
        file.action_submit()
        self._approve(file)
        self._set_limit(file)
        return file

    def _set_limit(self, file):
        account = self._get_account(file)
        account.write({"mode": "limited", "base_limit": 1000.0, "change_reason": "Set up"})

    def _get_account(self, file):
        return file.account_id.with_env(self.env)

    def _approve(self, file):
        file.with_user(self.controller).action_verify_all()
        file.sudo().approval_id.with_user(self.store_manager).action_approve()

    def _get_codes(self, file):
        return self._get_account(file).dossier_id.event_ids.sorted("id").mapped("code")
