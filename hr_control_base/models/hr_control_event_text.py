import contextlib
import json
import re

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date, format_datetime, format_list

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


class _Values(dict):
    """What an event says; a gap is shown as one, for the record never refuses to be read."""

    gap = "…"

    def __missing__(self, key):
        return self.gap


class HrControlEvent(models.Model):
    _inherit = "hr.control.event"

    code_label = fields.Char(string="Event", compute="_compute_text")
    summary = fields.Char(string="What Happened", compute="_compute_text")
    actor_name = fields.Char(string="Who", compute="_compute_text")
    document_name = fields.Char(string="Document", compute="_compute_text")
    actor_id = fields.Many2one(
        "res.users", string="User", compute="_compute_actor_id", search="_search_actor_id"
    )

    @api.depends("code", "payload", "names")
    @api.depends_context("lang", "tz")
    def _compute_text(self):
        sentences = self._get_sentences()
        words = self._get_words()
        currencies = (
            self.env["res.currency"]
            .sudo()
            .with_context(active_test=False)
            .search(Domain.TRUE)
            .grouped("name")
        )
        for event in self:
            label, template = sentences.get(event.code, (event.code, None))
            values = event._get_text_values(words, currencies)
            event.code_label = label
            event.actor_name = values["actor"]
            event.document_name = values["document"] if event.document_model else False
            event.summary = event._render(template, values)

    @api.depends("code_label")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for event in self:
            event.display_name = event.code_label

    @api.depends("actor_uid")
    def _compute_actor_id(self):
        users = (
            self.env["res.users"]
            .sudo()
            .browse({uid for uid in self.mapped("actor_uid") if uid})
            .exists()
        )
        for event in self:
            event.actor_id = event.actor_uid if event.actor_uid in users._ids else False

    def _search_actor_id(self, operator, value):
        if operator not in ("in", "any", "not any", "not in", "ilike", "not ilike"):
            return NotImplemented
        if operator in ("in", "not in"):
            uids = [uid for uid in value if uid]
            return [("actor_uid", operator, uids)]
        users = self.env["res.users"].sudo().with_context(active_test=False)
        if operator.endswith("ilike"):
            found = users.search([("display_name", operator.removeprefix("not "), value)])
        else:
            found = users.search(value)
        return [("actor_uid", "not in" if operator.startswith("not") else "in", found.ids)]

    @api.model
    def _get_sentences(self):
        """What each code is called, and how it reads: ``{code: (label, template)}``, in the reader's language.

        A template names with ``%(key)s`` what stands in ``data`` (nested keys joined by ``_``) or in ``names``.
        Extend it with the codes of an add-on.
        """
        return {
            "names.erased": (
                self.env._("Personal Data Erased"),
                self.env._("Names erased in %(count)s earlier events. Reason: %(reason)s"),
            ),
            "subject.merged": (
                self.env._("Merged"),
                self.env._("%(subject)s was merged into %(target)s."),
            ),
            "subject.absorbed": (
                self.env._("Merged"),
                self.env._("%(merged)s was merged into %(subject)s."),
            ),
        }

    @api.model
    def _get_words(self):
        """What the codes in ``data`` are called: ``{"key.value": word}``, e.g. ``mode.cash_only``. To be extended."""
        return {}

    def _get_text_values(self, words, currencies):
        """Everything a template may name, as text for the reader."""
        self.ensure_one()
        values = _Values()
        if self.document_model:
            values["document"] = f"{self.document_model} {self.document_id}"
        if not self.names:
            values.gap = self.env._("(erased)")
        # An altered payload is for Verify to name; the list stays readable.
        with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
            data = json.loads(self.payload)["data"]
            values.update(self._flatten(data, words, currencies))
        values.update({key: text for key, text in (self.names or {}).items() if key != "_ids"})
        return values

    def _flatten(self, data, words, currencies, prefix=""):
        values = {}
        for key, value in data.items():
            name = f"{prefix}{key}"
            if isinstance(value, dict) and value.keys() != {"amount", "currency"}:
                values.update(self._flatten(value, words, currencies, f"{name}_"))
            else:
                values[name] = self._format_value(name, value, words, currencies)
        return values

    def _format_value(self, name, value, words, currencies):
        match value:
            case {"amount": amount, "currency": code}:
                currency = currencies.get(code)
                try:
                    return (
                        format_amount(self.env, float(amount), currency)
                        if currency
                        else f"{amount} {code}"
                    )
                except (TypeError, ValueError):
                    return f"{amount} {code}"
            case list():
                return format_list(
                    self.env,
                    [str(self._format_value(name, item, words, currencies)) for item in value],
                )
            case bool():
                return self.env._("yes") if value else self.env._("no")
            case None:
                return "–"
            case str():
                if word := words.get(f"{name}.{value}"):
                    return word
                with contextlib.suppress(ValueError):  # looks like a day, and is none
                    if DATETIME.fullmatch(value):
                        return format_datetime(self.env, value[:-1].replace("T", " "))
                    if DATE.fullmatch(value):
                        return format_date(self.env, value)
        return str(value)

    def _render(self, template, values):
        """The sentence; for a code whose add-on is gone the code and its figures."""
        if template:
            # A translation may have lost a placeholder.
            with contextlib.suppress(ValueError, TypeError):
                return template % values
        figures = ", ".join(
            f"{key}: {text}" for key, text in values.items() if key not in ("actor", "subject")
        )
        return f"{self.code} ({figures})" if figures else self.code
