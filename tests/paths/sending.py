"""Building blocks: what a person sends, by whichever interface. A way takes a case and goes as far as it is let."""

from kit.client import RpcError

from .stage import OVER

# Contexts that lift rules in Odoo or other add-ons, and guesses at ours.
CONTEXTS = [
    {"su": True, "uid": 1, "sudo": True, "user_id": 1},
    {"bypass_risk": True, "skip_credit": True, "credit_checked": True, "credit_pass": True},
    {"install_mode": True, "module": "hr_receivables_control", "import_file": True},
    {"tracking_disable": True, "mail_notrack": True, "mail_create_nolog": True},
    {"check_move_validity": False, "force_delete": True, "_force_unlink": True},
    {"hr_control_base.dry_run": True, "dryrun": True, "test_mode": True, "import_dryrun": True},
    {"skip_validation_check": True, "validate_analytic": False, "send_email": True},
    {"skip_readonly_check": True, "active_test": False, "noupdate": True},
]
HOSTILE = {key: value for context in CONTEXTS for key, value in context.items()}
# Defaults are for the model that somebody means; sent along everywhere they only break things.
DEFAULTS = {"default_state": "sale", "default_result": "ok", "default_kind": "limit"}
IMPORT_OPTIONS = {
    "quoting": '"',
    "separator": ",",
    "has_headers": True,
    "encoding": "utf-8",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
    "date_format": "",
    "datetime_format": "",
}


def attempt(way, case):
    """:return: the refusal, or None. A server that breaks is no refusal."""
    try:
        way(case)
    except RpcError as error:
        broken = ("builtins.", "psycopg2.")
        assert not error.name.startswith(broken), f"{error}\n{error.debug}"
        return error
    return None


def in_turn(*ways):
    """One after the other; the first refusal ends it."""

    def way(case):
        for step in ways:
            step(case)

    return way


def whether_or_not(way):
    """Go on, whether it was let or not."""
    return lambda case: attempt(way, case)


# Calls -------------------------------------------------------------------------------------------


def on(model, document, method, *args, **kwargs):
    """A method of a document of the case."""
    return lambda case: case.call(model, method, [getattr(case, document)], *args, **kwargs)


def on_order(method, *args, **kwargs):
    return on("sale.order", "order", method, *args, **kwargs)


def on_move(method, *args, **kwargs):
    return on("account.move", "move", method, *args, **kwargs)


def write_order(**vals):
    return on_order("write", vals)


def write_line(**vals):
    return on("sale.order.line", "line", "write", vals)


def click(model, document, method):
    """A button of the web client."""
    return lambda case: case.client.button(
        model, method, [getattr(case, document)], context=case.context
    )


def by_xmlrpc(model, document, method, *args):
    def way(case):
        client, ids = case.scene.xmlrpc[case.role], [getattr(case, document)]
        try:
            client.call(model, method, [ids, *args], {"context": case.context})
        except Exception as fault:
            raise RpcError({"message": str(fault)}) from fault

    return way


def by_key(model, document, method, **kwargs):
    """The external API, with a key."""
    return lambda case: case.scene.json2[case.role].call(
        model, method, [getattr(case, document)], **kwargs, context=case.context
    )


def run_job(xmlid):
    """A scheduled job, run by hand."""
    return lambda case: case.call("ir.cron", "method_direct_trigger", [case.scene.ref(xmlid)])


# Imports -----------------------------------------------------------------------------------------


def load(model, header, row):
    """As a program imports."""
    return lambda case: _told(case.call(model, "load", header, [row(case)]))


def import_file(model, header, row, dry_run):
    """As people do: the file is uploaded and tested, or imported for good."""

    def way(case):
        lines = [",".join(map(str, cells)) for cells in (header, row(case))]
        values = {"res_model": model, "file": "\n".join(lines), "file_type": "text/csv"}
        values["file_name"] = "rows.csv"
        wizard = case.call("base_import.import", "create", [values])
        options = (header, header, IMPORT_OPTIONS)
        answer = case.call("base_import.import", "execute_import", wizard, *options, dryrun=dry_run)
        _told(answer)

    return way


def _told(answer):
    """An import says what is wrong, instead of raising it."""
    if messages := [m["message"] for m in answer["messages"] if m["type"] == "error"]:
        raise RpcError({"message": str(messages)})


def import_state(dry_run):
    return import_file("sale.order", [".id", "state"], lambda c: [c.order, "sale"], dry_run)


def import_new_order(dry_run):
    header = ["partner_id/.id", "state", "order_line/product_id/.id", "order_line/price_unit"]

    def row(case):
        return [case.partner, "sale", case.scene.service, OVER]

    return import_file("sale.order", header, row, dry_run)


def import_price(dry_run):
    header = [".id", "order_line/.id", "order_line/price_unit"]
    return import_file("sale.order", header, lambda c: [c.order, c.line, OVER], dry_run)
