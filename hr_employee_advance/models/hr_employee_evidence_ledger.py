from datetime import datetime
from io import BytesIO

import xlsxwriter

from odoo.addons.hr_control_base.tools.personal import SHOWN, shorten

ADVANCES = (
    "name",
    "employee_id",
    "company_id",
    "date_request",
    "purpose_id",
    "state",
    "currency_id",
    "amount",
    "amount_paid",
    "amount_cleared",
    "amount_returned",
    "amount_written_off",
    "amount_transferred",
    "amount_residual",
    "amount_residual_company",
    "date_paid",
    "date_due",
)
CLEARINGS = (
    "advance_id",
    "date",
    "kind",
    "move_id",
    "receipt_id",
    "amount",
    "amount_company",
    "reason",
    "undone",
    "undone_by_id",
    "undone_reason",
)
ITEMS = (
    "date",
    "move_id",
    "parent_state",
    "account_id",
    "employee_advance_id",
    "employee_advance_kind",
    "name",
    "currency_id",
    "amount_currency",
    "debit",
    "credit",
)
REMINDERS = ("advance_id", "date", "step_name", "days", "amount", "delivery_ids", "closed_on")
ANSWER = (
    "state",
    "reason",
    "answered_by_id",
    "answered_at",
    "answered_via",
    "signer_name",
    "content_sha256",
    "signature_sha256",
    "scan_sha256",
    "scan_by_id",
)
DELIVERIES = (
    "alert_id",
    "create_date",
    "user_id",
    "email",
    "by_mail",
    "state",
    "failure",
    "message_ref",
)
CONFIRMATIONS = ("employee_id", "date", "amount", *ANSWER)
ACKNOWLEDGEMENTS = ("advance_id", "kind", "date", "amount", *ANSWER)


def write_ledger(advances, people, mask):
    """The figures of a case as a workbook; the same state gives the same bytes.

    :param mask: a ``NumberMask``; None shows wage, identity and bank numbers in full
    """
    env, hide = advances.env, mask or str

    def number(text, shown=SHOWN):
        return shorten(text, shown) if mask and text else text

    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": datetime(2000, 1, 1)})
        for title, columns, records in (
            (env._("Advances"), ADVANCES, advances),
            (env._("Clearings"), CLEARINGS, advances.allocation_ids.sorted("id")),
            (env._("Journal Items"), ITEMS, advances.line_ids.sorted("id")),
            (env._("Reminders"), REMINDERS, advances.reminder_ids.sorted("id")),
            (
                env._("Deliveries"),
                DELIVERIES,
                advances.reminder_ids.alert_ids.delivery_ids.sorted("id"),
            ),
            (env._("Receipts"), ACKNOWLEDGEMENTS, advances.acknowledgement_ids.sorted("id")),
            (
                env._("Confirmations"),
                CONFIRMATIONS,
                env["hr.employee.advance.confirmation"].search(
                    [("employee_id", "in", people.ids)], order="id"
                ),
            ),
        ):
            _write_sheet(workbook, title, columns, records, hide)
        sheet = workbook.add_worksheet(env._("Person"))
        rows = [
            (env._("Employee"), env._("Identity Number"), env._("Bank Accounts"), env._("Wage")),
            *(
                (
                    one.name,
                    number(one.identification_id),
                    ", ".join(
                        number(bank.acc_number) for bank in one.bank_account_ids.sorted("id")
                    ),
                    number(f"{one.contract_wage:.2f}" if one.contract_wage else "", 0),
                )
                for one in people
            ),
        ]
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                sheet.write_string(row, column, text or "")
    return file.getvalue()


def _write_sheet(workbook, title, columns, records, hide):
    sheet = workbook.add_worksheet(title[:31])
    for column, name in enumerate(columns):
        sheet.write_string(0, column, records._fields[name]._description_string(records.env))
        sheet.set_column(column, column, 18)
    sheet.freeze_panes(1, 1)
    for row, record in enumerate(records, 1):
        for column, name in enumerate(columns):
            field, value = record._fields[name], record[name]
            if field.type in ("monetary", "float", "integer"):
                sheet.write_number(row, column, value)
            elif field.type in ("many2one", "many2many"):
                sheet.write_string(row, column, hide(", ".join(value.mapped("display_name"))))
            elif field.type == "selection":
                labels = dict(field._description_selection(record.env))
                sheet.write_string(row, column, labels.get(value) or "")
            else:
                sheet.write_string(row, column, hide(str(value or "")))
