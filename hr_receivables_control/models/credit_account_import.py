from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount, format_list

from odoo.addons.hr_control_base.models.hr_control_event_refused import DRY_RUN

from .credit_account import LIMIT_FIELDS


class CreditAccount(models.Model):
    """Limits from a spreadsheet: a row names the customer; what it says goes through the rule like any change.

    A limit above what the user may grant is asked for instead of set.
    """

    _name = "credit.account"
    _inherit = ["credit.account", "credit.import.mixin"]

    @api.model
    def get_import_templates(self):
        # EXTENDS base_import
        return [
            {
                "label": self.env._("Template for limits"),
                "template": self._get_template_path("credit_limits"),
            }
        ]

    @api.model
    def load(self, fields, data):
        # EXTENDS base: the customer of a row is found once for all rows, and never by guessing
        if "partner_id" in fields:
            column = fields.index("partner_id")
            customers, errors = self._find_imported_customers([row[column] for row in data])
            errors += self._get_repeated_customers(fields, data, customers)
            if errors:
                return {"ids": False, "messages": errors, "nextrow": 0}
            fields = [*fields[:column], "partner_id/.id", *fields[column + 1 :]]
            data = [
                [*row[:column], str(customers[row[column]].id), *row[column + 1 :]] for row in data
            ]
        result = super().load(fields, data)
        if result["ids"]:
            self.browse(result["ids"])._tell_imported_requests(result)
        return result

    @api.model
    def _find_imported_customers(self, names):
        """Customers by what Odoo finds them by: name, reference, VAT number, registry number, e-mail.

        :return: ``{name: partner}`` and the errors of rows whose customer is missing or not the only one
        """
        Partner = self.env["res.partner"]
        wanted = {name for name in names if name}
        searched = Partner._rec_names_search
        matches = dict.fromkeys(wanted, Partner)
        for partner in Partner.search(Domain.OR(Domain(name, "in", wanted) for name in searched)):
            for name in {partner[name] for name in searched} & wanted:
                matches[name] |= partner
        customers, errors = {}, []
        for row, name in enumerate(names):
            if name not in customers:
                found = matches.get(name, Partner)
                # contacts carry the VAT number of their company
                companies = found.filtered(lambda partner: partner == partner.commercial_partner_id)
                customers[name] = companies or found
            if len(customers[name]) != 1:
                sentence = self._get_customer_sentence(name, customers[name])
                errors.append(self._get_row_error(row, "partner_id", sentence))
        return customers, errors

    @api.model
    def _get_customer_sentence(self, name, found):
        if not name:
            return self.env._("The row does not say whose limit it is.")
        if not found:
            return self.env._(
                "There is no customer with the name, reference or VAT number %(name)s.", name=name
            )
        return self.env._(
            "%(name)s may be %(customers)s. Write the reference or the VAT number of the one who is meant.",
            name=name,
            customers=format_list(
                self.env, [f"{partner.display_name} ({partner.ref or '-'})" for partner in found]
            ),
        )

    @api.model
    def _get_repeated_customers(self, fields, data, customers):
        """Two rows for one customer: which of them is meant?"""
        column = fields.index("partner_id")
        company = fields.index("company_id") if "company_id" in fields else None
        seen, errors = {}, []
        for row, values in enumerate(data):
            customer = customers.get(values[column])
            if not customer:
                continue
            first = seen.setdefault((customer, company is not None and values[company]), row)
            if first != row:
                sentence = self.env._(
                    "%(customer)s stands in row %(row)s of the sheet already.",
                    customer=customer.display_name,
                    row=first + 2,  # the first row holds the headers
                )
                errors.append(self._get_row_error(row, "partner_id", sentence))
        return errors

    # Applying -----------------------------------------------------------------------------------

    @api.model
    def _load_records(self, data_list, update=False):
        # EXTENDS base: rows of a spreadsheet name a customer; his account may be there or not
        if any(
            "info" not in data or data.get("xml_id") or data["values"].get("id")
            for data in data_list
        ):
            return super()._load_records(data_list, update)
        self.check_access("create")
        accounts = [self._get_imported_account(data["values"]) for data in data_list]
        everybody = self.union(*accounts)
        everybody._take_guard()
        ceilings = {
            company: self.env["credit.authority"]._get_ceilings(self.env.user, company)[
                self.env.uid
            ]
            for company in everybody.company_id
        }
        for account, data in zip(accounts, data_list, strict=True):
            account._import_credit(data["values"], ceilings[account.company_id])
        return everybody.browse(account.id for account in accounts)

    @api.model
    def _get_imported_account(self, values):
        partner = self.env["res.partner"].browse(values.get("partner_id"))
        if not partner:
            raise UserError(self.env._("The row does not say whose limit it is."))
        if partner != partner.commercial_partner_id:
            raise UserError(
                self.env._(
                    "%(contact)s is a contact of %(customer)s. Credit is given to %(customer)s.",
                    contact=partner.display_name,
                    customer=partner.commercial_partner_id.display_name,
                )
            )
        company = self.env["res.company"].browse(values.get("company_id")) or self.env.company
        return self._ensure(partner, company).with_env(self.env)

    def _import_credit(self, values, ceiling):
        """Set what a row says. A limit above the ceiling of the user becomes a request."""
        self.ensure_one()
        vals = self._prepare_imported_vals(values)
        before = {name: self[name] for name in LIMIT_FIELDS}
        after = before | {name: vals[name] for name in LIMIT_FIELDS if name in vals}
        if (
            after["mode"] == "limited"
            and self._is_more(before, after)
            and not ceiling.covers_customer_limit(after["base_limit"])
        ):
            self._ask_imported_limit(after, vals.get("change_reason"))
            vals = {name: value for name, value in vals.items() if name not in LIMIT_FIELDS}
            vals.pop("change_reason", None)
        self.write(vals)

    def _prepare_imported_vals(self, values):
        """What an empty cell means: no last day, and otherwise nothing; an empty limit is not zero.

        :raises UserError: naming customer and figure
        """
        vals = {
            name: value
            for name, value in values.items()
            if name == "valid_to" or value not in (False, None)
        }
        vals.pop("partner_id")
        vals.pop("company_id", None)
        if "valid_to" in vals:
            vals["valid_to"] = fields.Date.to_date(vals["valid_to"]) or False
        limit = vals.get("base_limit")
        if limit is not None and limit < 0:
            raise UserError(
                self.env._(
                    "A limit of %(limit)s for %(customer)s: a limit cannot be below zero.",
                    limit=format_amount(self.env, limit, self.currency_id),
                    customer=self.display_name,
                )
            )
        if "mode" not in vals and limit is not None:
            if self.mode in ("suspended", "blacklisted"):
                raise UserError(
                    self.env._(
                        "%(customer)s is suspended or blacklisted. Say in the column Mode what shall become of it.",
                        customer=self.display_name,
                    )
                )
            vals["mode"] = "limited"
        if limit is None and "base_limit" in values and vals.get("mode", "limited") == "limited":
            raise UserError(
                self.env._(
                    "The row of %(customer)s has no limit. Zero means no credit; for no limit write the mode.",
                    customer=self.display_name,
                )
            )
        return vals

    def _ask_imported_limit(self, after, reason):
        """Ask for it, unless it has been asked for already."""
        amount, valid_to = after["base_limit"], after["valid_to"]
        asked = self._get_asked_limits().filtered(
            lambda grant: (
                self.currency_id.compare_amounts(grant.amount, amount) == 0
                and grant.limit_valid_to == valid_to
            )
        )
        if not asked:
            self.env["credit.grant"]._ask_higher_limit(self, "base", amount, 1, reason, valid_to)

    def _get_asked_limits(self):
        return (
            self.env["credit.grant"]
            .sudo()
            .search(
                [("account_id", "in", self.ids), ("kind", "=", "base"), ("state", "=", "asked")]
            )
        )

    def _tell_imported_requests(self, result):
        """A test says row by row what will be asked for; afterwards one sentence says how many.

        The import screen takes any message of a real import for a failure.
        """
        asked = self._get_asked_limits()
        if not asked:
            return
        if not self.env.cr.postrollback.data.get(DRY_RUN):
            self.env.user._bus_send(
                "simple_notification",
                {
                    "type": "info",
                    "message": self.env._(
                        "%(count)s limits are above what you may grant and wait for somebody who may: see Requests.",
                        count=len(asked.account_id),
                    ),
                },
            )
            return
        rows = {account_id: row for row, account_id in enumerate(result["ids"])}
        for grant in asked:
            row = rows[grant.account_id.id]
            message = self.env._(
                "A limit of %(limit)s for %(customer)s is above what you may grant. It will be asked for: %(people)s.",
                limit=grant._format(grant.amount),
                customer=grant.partner_id.display_name,
                people=format_list(self.env, grant.approval_id.sudo().candidate_ids.mapped("name")),
            )
            error = self._get_row_error(row, "base_limit", message)
            result["messages"].append(error | {"type": "warning"})
