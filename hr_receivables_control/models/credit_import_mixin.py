from odoo import api, models


class CreditImportMixin(models.AbstractModel):
    """Rules come from a spreadsheet as a whole or not at all."""

    _name = "credit.import.mixin"
    _description = "Import as a Whole"

    @api.model
    def load(self, fields, data):
        """Without the batches of Odoo, which commits each; and where it would take the first of several matches
        with a warning, nothing is taken."""
        with self.env.cr.savepoint() as savepoint:
            result = super(CreditImportMixin, self.with_context(_import_limit=None)).load(
                fields, data
            )
            doubts = [message for message in result["messages"] if message["type"] == "warning"]
            if doubts:
                savepoint.rollback()
                result["ids"] = False
        for message in doubts:
            message["type"] = "error"
        return result

    @api.model
    def _get_row_error(self, row, field, message):
        """As Odoo words them: ``row`` counts from the first row below the headers."""
        return {
            "type": "error",
            "message": message,
            "field": field,
            "record": row,
            "rows": {"from": row, "to": row},
        }

    @api.model
    def _get_template_path(self, name):
        """The spreadsheet of this name in the user's language."""
        language = "zh_CN" if (self.env.lang or "").startswith("zh") else "en"
        return f"/hr_receivables_control/static/xls/{name}_{language}.xlsx"
