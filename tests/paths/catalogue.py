"""The catalogue: by which ways somebody might get more credit than he was trusted with, and what becomes of each.

One row is one path: what it is called, what is there before, what is tried, and what comes of it for the salesperson,
the manager and the administrator. ``test_paths.py`` tries them all, with hostile contexts, and asks the database.
"""

from typing import NamedTuple

from . import changes, goods, invoices, life, orders, rules
from . import starts as at
from .orders import confirm
from .scene import ROLES
from .sending import (
    by_key,
    by_xmlrpc,
    click,
    import_file,
    import_new_order,
    import_price,
    import_state,
    in_turn,
    load,
    on,
    on_move,
    on_order,
    run_job,
    whether_or_not,
    write_line,
    write_order,
)
from .stage import OVER


class Outcome(NamedTuple):
    """What a path comes to: whether an error is told, and what stands in the dossiers afterwards, no more, no less."""

    name: str
    error: bool = False
    events: tuple = ()
    checkpoint: str = ""  # that the events name
    lets: bool = False  # more is owed afterwards, or may be


HELD = Outcome("held: it stays a quotation", False, ("credit.hold",), "order")
REFUSED = Outcome("refused and rolled back", True, ("credit.refused",), "order")
CHANGE_REFUSED = REFUSED._replace(checkpoint="amendment")
TERM_REFUSED = REFUSED._replace(checkpoint="term")
INVOICE_REFUSED = REFUSED._replace(checkpoint="invoice")
DELIVERY_REFUSED = REFUSED._replace(checkpoint="delivery")
NOT_POSTED = INVOICE_REFUSED._replace(name="stays a draft, nobody is there to be told", error=False)
NOT_CONFIRMED = REFUSED._replace(name="stays a quotation, nobody is there to be told", error=False)
ASKED = Outcome("a request that somebody else decides", False, ("approval.requested",))
NOTHING = Outcome("let be: it gives no credit")
DENIED = Outcome("impossible by rights, or in Odoo itself", True)
NOTED = Outcome("not his to decide, and on record", True, ("credit.denied",))
ATTEMPTED = Outcome("not his to decide, and on record", True, ("approval.attempt",))
# What the manual leaves open, and who may decide
MARKED = Outcome("passes and is marked", False, ("credit.warn",), lets=True)
UNSEEN = Outcome("passes: a known limit of the add-on", lets=True)
PUT_OFF = Outcome("the books' to decide, on record", False, ("credit.due",), lets=True)
PROMISED = Outcome(
    "passes for the days that the company lets him give", False, ("credit.pause",), lets=True
)
ASKED_AND_HELD = HELD._replace(
    name="asked for, and held meanwhile", events=("approval.requested", "credit.hold")
)
JOINED = Outcome("counts on the customer he belongs to", False, ("credit.moved",) * 2, lets=True)
GIVEN_UP = Outcome("his to give up, on record", False, ("credit.short_close",), lets=True)
DECIDED = Outcome("his to decide, on record", False, ("credit.limit",), lets=True)
SET = Outcome("his to set, on record", False, ("credit.policy",), lets=True)


def from_manager(outcome, below=DENIED):
    return {"salesperson": below, "manager": outcome, "administrator": outcome}


def from_admin(outcome, below=DENIED):
    return {"salesperson": below, "manager": below, "administrator": outcome}


def by_customer(outcome):
    """Nobody of the house: the customer himself."""
    return {"customer": outcome}


class Path(NamedTuple):
    name: str
    start: object
    way: object
    outcome: Outcome | dict  # the same for all three, or ``{role: Outcome}``
    owed: float | None = None  # afterwards, where something passes with it, or is given up
    dry_run: bool = False

    @property
    def outcomes(self):
        shared = isinstance(self.outcome, Outcome)
        return dict.fromkeys(ROLES, self.outcome) if shared else self.outcome

    @property
    def usual_role(self):
        """Who goes it in daily work: the first whose rights do not end it."""
        outcomes = self.outcomes
        return next((role for role in outcomes if outcomes[role] != DENIED), next(iter(outcomes)))


# fmt: off
PATHS = [
    # A quotation is confirmed
    Path("the button Confirm", at.quotation, click("sale.order", "order", "action_confirm"), HELD),
    Path("Confirm, by RPC", at.quotation, confirm, HELD),
    Path("Confirm, by XML-RPC", at.quotation, by_xmlrpc("sale.order", "order", "action_confirm"), HELD),
    Path("Confirm, by the API with a key", at.quotation, by_key("sale.order", "order", "action_confirm"), HELD),
    Path("two confirmed together", at.quotation, orders.confirm_two, HELD, owed=700),
    Path("sent, then confirmed", at.quotation, in_turn(on_order("action_quotation_sent"), confirm), HELD),
    Path("cancelled, reset, dearer, confirmed", at.order, orders.cancel_and_start_anew, HELD, owed=0),
    Path("cancelled in bulk, and the same", at.order, orders.cancel_in_bulk_and_start_anew, HELD, owed=0),
    Path("a combo, confirmed", at.quotation, orders.confirm_combo, HELD),
    Path("billed to another customer", at.quotation, orders.bill_another, HELD),
    Path("for a new customer made for it", at.quotation, orders.make_a_new_customer, HELD),
    Path("for a contact made a company", at.quotation, orders.make_a_contact_a_company,
         HELD._replace(events=("credit.moved", "credit.moved", "credit.hold"))),
    Path("in a sister company", at.quotation, orders.confirm_in_sister_company, HELD),
    Path("a longer term put on the customer", at.cash_customer, orders.longer_term_of_the_customer, HELD),
    # Its state is written
    Path("the state written", at.quotation, write_order(state="sale"), REFUSED),
    Path("the state written by XML-RPC", at.quotation,
         by_xmlrpc("sale.order", "order", "write", {"state": "sale"}), REFUSED),
    Path("the state written by the API with a key", at.quotation,
         by_key("sale.order", "order", "write", vals={"state": "sale"}), REFUSED),
    Path("the state saved by the form", at.quotation,
         on_order("web_save", {"state": "sale"}, specification={}), REFUSED),
    Path("created as confirmed", at.customer, orders.new_order(state="sale"), REFUSED),
    Path("copied as confirmed", at.quotation, on_order("copy", {"state": "sale"}), REFUSED),
    Path("the state loaded", at.quotation,
         load("sale.order", [".id", "state"], lambda c: [str(c.order), "sale"]), REFUSED),
    Path("the state imported, a test run", at.quotation, import_state(True), REFUSED, dry_run=True),
    Path("the state imported", at.quotation, import_state(False), REFUSED),
    Path("confirmed orders imported, a test run", at.customer, import_new_order(True), REFUSED, dry_run=True),
    Path("confirmed orders imported", at.customer, import_new_order(False), REFUSED),
    # Figures that Odoo takes from whoever may edit the order are forged before
    Path("total forged", at.quotation, in_turn(whether_or_not(write_order(amount_total=1)), confirm), HELD),
    Path("totals of its lines forged", at.quotation,
         in_turn(whether_or_not(write_line(price_total=1, price_subtotal=1)), confirm), HELD),
    Path("said to be a down payment", at.quotation,
         in_turn(whether_or_not(write_line(is_downpayment=True)), confirm), HELD),
    Path("said to be a note", at.quotation,
         in_turn(whether_or_not(write_line(display_type="line_note")), confirm), HELD),
    Path("its line taken off", at.quotation, in_turn(whether_or_not(write_line(order_id=False)), confirm), HELD),
    Path("said to be short-closed", at.quotation,
         in_turn(whether_or_not(write_order(credit_short_closed=True)), confirm), HELD),
    Path("rate of its currency forged", at.quotation,
         in_turn(whether_or_not(write_order(currency_rate=1000)), confirm), HELD),
    Path("said to be released", at.quotation,
         in_turn(whether_or_not(write_order(credit_state="released")), confirm), HELD),
    Path("said to be paid, by a payment made up", at.quotation,
         in_turn(whether_or_not(orders.make_up_payment), confirm), HELD),
    Path("said to be paid, by the payment of another", at.quotation,
         in_turn(whether_or_not(orders.borrow_payment), confirm), HELD),
    # Automation
    Path("a server action that confirms", at.quotation, rules.action_that_confirms, from_admin(HELD)),
    Path("a server action that writes the state", at.quotation, rules.action_that_writes, from_admin(REFUSED)),
    Path("an automation rule that writes the state", at.automated_quotation,
         write_order(client_order_ref="now"), REFUSED),
    Path("a job that confirms", at.quotation,
         rules.job("env['sale.order'].browse({order}).action_confirm()"), from_admin(HELD)),
    Path("a job that writes the state", at.quotation,
         rules.job("env['sale.order'].browse({order}).write({'state': 'sale'})"), from_admin(NOT_CONFIRMED)),
    Path("the job that frees held orders, run by hand", at.held_order,
         run_job("hr_receivables_control.credit_cron_reevaluate"), from_admin(NOTHING)),
    # The customer himself
    Path("the customer signs", at.signable_quotation, orders.sign, by_customer(HELD)),
    Path("the customer takes an option and signs", at.quotation_with_option, orders.take_option_and_sign,
         by_customer(HELD)),
    Path("the customer pays a tenth in advance", at.payable_quotation, orders.pay(OVER / 10), by_customer(HELD),
         owed=-OVER / 10),
    Path("the customer orders in the shop, to pay on delivery", at.customer,
         orders.order_in_shop_and_pay_on_delivery, by_customer(HELD)),
    # A confirmed order is changed
    Path("a higher price", at.order, write_line(price_unit=OVER), CHANGE_REFUSED),
    Path("a higher price by XML-RPC", at.order,
         by_xmlrpc("sale.order.line", "line", "write", {"price_unit": OVER}), CHANGE_REFUSED),
    Path("a higher price imported, a test run", at.order, import_price(True), CHANGE_REFUSED, dry_run=True),
    Path("a higher price imported", at.order, import_price(False), CHANGE_REFUSED),
    Path("a higher price saved by the form", at.order, changes.save_form, CHANGE_REFUSED),
    Path("a higher price after unlocking", at.locked_order, changes.unlock_and_raise, CHANGE_REFUSED),
    Path("more of it", at.order, write_line(product_uom_qty=20), CHANGE_REFUSED),
    Path("more of a combo", at.combo_order, write_line(product_uom_qty=20), CHANGE_REFUSED),
    Path("dozens instead of pieces", at.order, changes.dozens, CHANGE_REFUSED),
    Path("another product", at.order, changes.another_product, DENIED),
    Path("a discount below zero", at.order, write_line(discount=-50), CHANGE_REFUSED),
    Path("a discount below zero by the wizard", at.order, changes.discount_by_wizard, CHANGE_REFUSED),
    Path("a tax", at.order, changes.tax, CHANGE_REFUSED),
    Path("another fiscal position", at.untaxed_order, changes.another_fiscal_position, CHANGE_REFUSED),
    Path("one more line", at.order, changes.add_line, CHANGE_REFUSED),
    Path("one more line, through the order", at.order, changes.add_line_by_order, CHANGE_REFUSED),
    Path("a line of another order", at.order, changes.bring_line_over, CHANGE_REFUSED),
    Path("freight by the wizard", at.order, changes.freight_by_wizard, CHANGE_REFUSED),
    Path("a reduction set to nothing", at.reduced_order, write_line(price_unit=0), CHANGE_REFUSED),
    Path("a reduction deleted", at.reduced_order,
         on("sale.order.line", "line", "unlink", context={"_force_unlink": True}), DENIED),
    Path("another pricelist", at.order, changes.another_pricelist, DENIED),
    Path("another currency", at.order, changes.another_currency, CHANGE_REFUSED),
    Path("billed to another customer afterwards", at.order, changes.bill_another, CHANGE_REFUSED),
    Path("sold to another customer afterwards", at.order, changes.sell_to_another, CHANGE_REFUSED),
    Path("moved to a sister company", at.order, changes.move_to_sister_company, DENIED),
    Path("a longer payment term", at.cash_order, changes.longer_term, TERM_REFUSED),
    Path("a short-closed order reopened", at.short_closed_order, on_order("action_credit_reopen"),
         from_manager(REFUSED)),
    Path("more of a service said to be delivered", at.order, write_line(qty_delivered=20), CHANGE_REFUSED),
    Path("milestones that deliver it twice", at.milestone_order, changes.reach_two_milestones,
         from_manager(CHANGE_REFUSED)),
    # It is made to look as if it held less
    Path("its total forged", at.order, write_order(amount_total=1), DENIED),
    Path("said to be invoiced", at.order, write_order(invoice_status="invoiced"), DENIED),
    Path("its lines' totals forged", at.order, write_line(price_total=1), DENIED),
    Path("said to be short-closed afterwards", at.order, write_order(credit_short_closed=True), DENIED),
    Path("said to be a down payment afterwards", at.order, write_line(is_downpayment=True), NOTHING),
    Path("its rate forged", at.order, write_order(currency_rate=1000), DENIED),
    Path("its lines said to be invoiced", at.order, write_line(qty_invoiced=10), DENIED),
    Path("invoiced by what another was invoiced", at.order, changes.invoiced_by_another, DENIED),
    Path("said to be delivered less than it was", at.half_delivered_goods, write_line(qty_delivered=0), DENIED),
    Path("put back to quotation when delivered", at.delivered_goods, write_order(state="draft"),
         from_manager(GIVEN_UP, below=NOTED)),
    # Invoices
    Path("the button Post", at.invoice, click("account.move", "move", "action_post"),
         from_manager(INVOICE_REFUSED)),
    Path("Post, from the list", at.invoice,
         click("account.move", "move", "action_validate_moves_with_confirmation"), from_manager(INVOICE_REFUSED)),
    Path("Post, by the wizard", at.invoice, invoices.post_by_wizard, from_manager(INVOICE_REFUSED)),
    Path("Post, by XML-RPC", at.invoice, by_xmlrpc("account.move", "move", "action_post"),
         from_manager(INVOICE_REFUSED)),
    Path("the state of an invoice written", at.invoice, on_move("write", {"state": "posted"}),
         from_manager(INVOICE_REFUSED)),
    Path("the state of an invoice imported", at.invoice,
         import_file("account.move", [".id", "state"], lambda c: [c.move, "posted"], False),
         from_manager(INVOICE_REFUSED)),
    Path("an invoice that posts itself", at.due_invoice, run_job("account.ir_cron_auto_post_draft_entry"),
         from_admin(NOT_POSTED)),
    Path("a receipt", at.receipt, invoices.post, from_manager(INVOICE_REFUSED)),
    Path("an invoice duplicated", at.posted_invoice, invoices.duplicate, from_manager(INVOICE_REFUSED)),
    Path("an invoice put back to draft and made dearer", at.posted_invoice, invoices.back_to_draft_and_dearer,
         from_manager(INVOICE_REFUSED), owed=0),
    Path("an invoice dearer than its order", at.invoiced_order, invoices.dearer_than_ordered,
         from_manager(INVOICE_REFUSED)),
    Path("an invoice of more than its order", at.invoiced_order, invoices.more_than_ordered,
         from_manager(INVOICE_REFUSED)),
    Path("an invoice of his order to another customer", at.invoiced_order, invoices.to_another,
         from_manager(INVOICE_REFUSED)),
    Path("an invoice of another customer's order", at.invoice, invoices.of_another_order,
         from_manager(INVOICE_REFUSED)),
    Path("an invoice of a held order", at.held_order, invoices.of_held_order, from_manager(INVOICE_REFUSED)),
    Path("a down payment above the order", at.order, invoices.down_payment, from_manager(INVOICE_REFUSED)),
    Path("a down payment of a held order", at.held_order, invoices.down_payment, from_manager(MARKED)),
    Path("a posted invoice made dearer", at.posted_invoice, invoices.dearer_when_posted, from_manager(NOTHING)),
    Path("a posted invoice given to another customer", at.posted_invoice, invoices.to_another_when_posted,
         from_manager(INVOICE_REFUSED)),
    Path("a posted item given to another customer", at.posted_invoice, invoices.item_to_another,
         from_manager(INVOICE_REFUSED)),
    Path("totals of its lines forged before posting", at.invoice,
         in_turn(whether_or_not(invoices.write_lines(price_total=0)), invoices.post), from_manager(INVOICE_REFUSED)),
    Path("said to be paid online", at.invoice, in_turn(whether_or_not(invoices.borrow_payment), invoices.post),
         from_manager(INVOICE_REFUSED)),
    Path("its debt forged", at.posted_invoice, invoices.write_debt(amount_residual=0), DENIED),
    Path("its debt said to be settled", at.posted_invoice, invoices.write_debt(reconciled=True), DENIED),
    Path("said to be settled before Odoo", at.invoiced_order, on_move("write", {"payment_state": "invoicing_legacy"}),
         DENIED),
    Path("sent without being posted", at.invoice, invoices.send_unposted, DENIED),
    Path("a debit by a journal entry", at.customer, invoices.journal_entry, from_manager(UNSEEN)),
    Path("sold at the till on his account", at.customer, invoices.sell_at_the_till, from_manager(MARKED)),
    # Goods
    Path("twice as much delivered", at.delivery, goods.deliver_twice_as_much, DELIVERY_REFUSED),
    Path("twice as much delivered by XML-RPC", at.overloaded_delivery,
         by_xmlrpc("stock.picking", "picking", "button_validate"), DELIVERY_REFUSED),
    Path("more delivered on the backorder", at.delivery, goods.deliver_more_on_the_backorder,
         from_manager(DELIVERY_REFUSED)),
    Path("the state of a transfer written", at.overloaded_delivery, goods.write_done, CHANGE_REFUSED),
    Path("a done transfer corrected", at.delivered_goods, goods.correct_when_done("stock.move"), CHANGE_REFUSED),
    Path("the details of a done transfer corrected", at.delivered_goods, goods.correct_when_done("stock.move.line"),
         CHANGE_REFUSED),
    Path("goods taken back said not to be", at.returned_goods, goods.forget_the_refund, CHANGE_REFUSED),
    Path("straight from the supplier", at.delivery, goods.by_hand("supplier", 20),
         from_manager(DELIVERY_REFUSED)),
    Path("by hand, for a held order", at.held_order, goods.by_hand("internal", 10), from_manager(DELIVERY_REFUSED)),
    Path("for an order put back to quotation", at.order_put_back, goods.deliver_all, DELIVERY_REFUSED),
    Path("a product that nobody ordered", at.delivery, goods.add_product, from_manager(DELIVERY_REFUSED)),
    Path("given back, room used, sent again", at.returned_goods, goods.return_the_return,
         from_manager(DELIVERY_REFUSED)),
    Path("dropped, room used, sent after all", at.dropped_goods, goods.by_hand("internal", 5),
         from_manager(DELIVERY_REFUSED)),
    Path("said to be a transfer of the till", at.delivery, goods.as_of_the_till, DELIVERY_REFUSED),
    Path("without an order, to a blacklisted customer", at.blacklisted_customer,
         goods.by_hand("internal", 1, of_order=False), from_manager(DELIVERY_REFUSED)),
    # Customers
    Path("made part of another customer, nothing owed", at.quotation, in_turn(rules.join_another, confirm), JOINED),
    Path("made part of another customer", at.order, rules.join_another, NOTED),
    Path("said to belong to another customer", at.order, rules.belong_to_another, DENIED),
    Path("merged into another customer", at.order, rules.merge_into_another, from_admin(NOTED)),
    Path("Odoo's own limit", at.customer, rules.write_customer(credit_limit=10_000), ASKED),
    Path("Odoo's own limit imported", at.customer,
         import_file("res.partner", [".id", "credit_limit"], lambda c: [c.partner, 10_000], False), ASKED),
    Path("Odoo's own limit switched off", at.quotation,
         in_turn(whether_or_not(rules.write_customer(use_partner_credit_limit=False)), confirm), HELD),
    # Who is late
    Path("late, confirmed", life.late_quotation, confirm, HELD),
    Path("late, the state written", life.late_quotation, write_order(state="sale"), REFUSED),
    Path("late, imported as confirmed, a test run", life.late_quotation, import_state(True), REFUSED, dry_run=True),
    Path("late, imported as confirmed", life.late_quotation, import_state(False), REFUSED),
    Path("late, signed by himself", life.signable_late_quotation, orders.sign, by_customer(HELD)),
    Path("late, a higher price", life.late_order, write_line(price_unit=60), CHANGE_REFUSED),
    Path("late, a longer payment term", life.late_order, changes.longer_term, TERM_REFUSED),
    Path("late, an invoice without an order", life.late, invoices.duplicate, from_manager(INVOICE_REFUSED)),
    Path("late by far, delivered", life.very_late_delivery, goods.deliver_all, DELIVERY_REFUSED),
    Path("late, said to be paid by the payment of another", life.late_quotation,
         in_turn(whether_or_not(orders.borrow_payment), confirm), HELD),
    Path("late, a promise of two days on his word", life.late_quotation, in_turn(life.pause(2), confirm), PROMISED),
    Path("late, a promise of a month", life.late_quotation, in_turn(life.pause(30), confirm), ASKED_AND_HELD),
    Path("late, a promise of a month in the log", life.late_quotation, in_turn(life.log_promise, confirm),
         ASKED_AND_HELD._replace(events=("approval.requested", "credit.collection", "credit.hold"))),
    Path("late, a promise in force at once", life.late_quotation,
         in_turn(whether_or_not(life.pause(30, state="active")), confirm), HELD),
    Path("late, a promise back-dated", life.late_quotation,
         in_turn(whether_or_not(life.pause(1, date_from="2020-01-01")), confirm), HELD),
    Path("late, a promise made longer", life.late_quotation, life.lengthen_pause,
         DENIED._replace(events=("credit.pause",))),
    Path("late, what was recorded of it closed", life.told_quotation,
         in_turn(whether_or_not(life.close_event), confirm), HELD),
    Path("late, the tier mended", life.late_quotation, in_turn(whether_or_not(life.mend_tier), confirm), HELD),
    Path("late, the invoice put off", life.late_quotation, in_turn(whether_or_not(life.put_off), confirm),
         from_manager(PUT_OFF, below=HELD)),
    Path("late, its item put off", life.late_quotation, in_turn(whether_or_not(life.put_off_item), confirm),
         from_manager(PUT_OFF, below=HELD)),
    Path("late, the invoice put back to draft", life.late_quotation,
         in_turn(whether_or_not(on_move("button_draft")), confirm), from_manager(UNSEEN, below=HELD)),
    # Who is not let in, on the blacklist, or past his trial
    Path("not admitted, confirmed", life.unadmitted_quotation, life.where_asked(confirm), HELD),
    Path("not admitted, the state written", life.unadmitted_quotation,
         life.where_asked(write_order(state="sale")), REFUSED),
    Path("not admitted, imported as confirmed", life.unadmitted_quotation,
         life.where_asked(import_state(False)), REFUSED),
    Path("said to be admitted", life.unadmitted_quotation,
         life.where_asked(whether_or_not(life.write_account(admission_state="approved")), confirm), HELD),
    Path("said to be nobody who is asked", life.unadmitted_quotation,
         life.where_asked(whether_or_not(life.write_account(admission_state="exempt")), confirm), HELD),
    Path("his file said to be approved", life.unadmitted_quotation,
         life.where_asked(whether_or_not(life.write_file(state="approved")), confirm), HELD),
    Path("his file put away", life.unadmitted_quotation,
         life.where_asked(whether_or_not(life.write_file(active=False)), confirm), HELD),
    Path("a class that asks for nothing", life.unadmitted_quotation,
         life.where_asked(whether_or_not(life.ask_nothing), confirm), HELD),
    Path("papers asked of nobody", life.unadmitted_quotation, life.where_asked(
         rules.setting("credit_admission_policy", "none")), from_admin(SET)),
    Path("blacklisted, confirmed", life.blacklisted_quotation, confirm, HELD),
    Path("blacklisted, the state written", life.blacklisted_quotation, write_order(state="sale"), REFUSED),
    Path("blacklisted, the entry written as lifted", life.blacklisted_quotation,
         in_turn(whether_or_not(life.lift), confirm), HELD),
    Path("blacklisted, asked to be lifted by who sells", life.blacklisted_quotation, life.ask_to_lift, DENIED),
    Path("blacklisted, what identifies him forgotten", life.blacklisted_quotation,
         life.forget_what_identifies_him, DENIED),
    Path("blacklisted, taken off by the mode", life.blacklisted_quotation,
         in_turn(whether_or_not(life.write_account(mode="unlimited", change_reason="Because")), confirm), HELD),
    Path("his trial over, confirmed", life.lapsed_quotation, confirm, HELD),
    Path("his trial over, made longer", life.lapsed_quotation,
         in_turn(whether_or_not(life.write_account(valid_to="2099-12-31")), confirm), HELD),
    # Limits, releases, authority
    Path("the limit written", at.customer, rules.write_account, DENIED),
    Path("the limit imported", at.customer,
         import_file("credit.account", [".id", "mode"], lambda c: [rules.account_of(c), "unlimited"], False), DENIED),
    Path("a second account", at.customer, rules.second_account, DENIED),
    Path("the account deleted", at.customer, rules.delete_account, DENIED),
    Path("an authority rule for oneself", at.customer, rules.rule_for_oneself, DENIED),
    Path("an uplift without a decision", at.customer, rules.grant_oneself("limit"), DENIED),
    Path("a release without a decision", at.quotation, rules.grant_oneself("order"), DENIED),
    Path("an emergency without authority", at.customer, rules.emergency, DENIED),
    Path("one's own request approved", at.asked_release, rules.approve_oneself, ATTEMPTED),
    Path("one's own request written as approved", at.asked_release, rules.write_approval, DENIED),
    Path("one's own release written as active", at.asked_release, rules.write_grant, DENIED),
    Path("decisions delegated to oneself", at.customer, rules.delegate_oneself, DENIED),
    Path("the table of limits opened to all", at.customer, rules.open_the_table, from_admin(NOTED)),
    Path("oneself made credit manager", at.customer, rules.become_credit_manager, from_admin(DECIDED)),
    Path("the limit written by a job", at.customer, rules.job(rules.GRANT_ALL), from_admin(DECIDED)),
    Path("orders only observed", at.customer, rules.setting("credit_order_policy", "observe"), from_admin(SET)),
    Path("new customers unlimited", at.customer, rules.setting("credit_new_mode", "unlimited"), from_admin(SET)),
]
# fmt: on
BY_NAME = {path.name: path for path in PATHS}
