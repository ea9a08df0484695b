import logging

from odoo import api, fields, models
from odoo.tools import format_amount, split_every

from .credit_overdue_tier import Tier

_logger = logging.getLogger(__name__)

# Customers that are looked at together and committed together; one that fails is tried apart.
BATCH = 500
NO_TIER = Tier(0, 0, 0)


class CreditOverdue(models.AbstractModel):
    """Puts every overdue item on record at its tier, and tells people of each customer once.

    Compares what the ledger says now with the events that are open: what agrees is not touched, so the
    job may run at any time, stop anywhere and run again. An item goes straight to the tier of its days.
    """

    _inherit = "credit.overdue"

    @api.model
    def _cron_escalate(self):
        self.env["credit.overdue.pause"]._close_past()
        stale = self._get_stale()
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(stale))
        for batch in split_every(BATCH, stale.ids, stale.browse):
            try:
                self._escalate(batch)
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Overdue customers are looked at one by one.")
                self._escalate_apart(batch)
            if not progress(len(batch)):
                break

    @api.model
    def _escalate_apart(self, accounts):
        for account in accounts:
            try:
                self._escalate(account)
                self.env["ir.cron"]._commit_progress()
            except Exception:
                self.env.cr.rollback()
                _logger.exception("The overdue items of account %s stay as they were.", account.id)

    @api.model
    def _get_stale(self):
        """Accounts whose open events are not those of the ledger of now; two queries for all of them."""
        Account = self.env["credit.account"].sudo()
        accounts = Account.search_fetch(fields.Domain.TRUE, Account._get_check_fields())
        wanted = self._get_wanted(self._get_lines(accounts))
        having = self.env["credit.overdue.event"]._get_open(accounts)
        return accounts.filtered(lambda account: wanted.get(account.id) != having.get(account.id))

    @api.model
    def _get_wanted(self, lines):
        """:return: ``{account id: {line id: tier id}}``, accounts without any left out"""
        result = {}
        for line in lines:
            if line["tier_id"] and line["line_id"]:
                result.setdefault(line["account_id"], {})[line["line_id"]] = line["tier_id"]
        return result

    @api.model
    def _escalate(self, accounts):
        """Bring the events of these accounts up to date, and say so; a constant number of queries."""
        accounts = accounts.sudo()
        lines = self._get_lines(accounts)
        wanted = self._get_wanted(lines)
        having = self.env["credit.overdue.event"]._get_open(accounts)
        paused = {line["line_id"] for line in lines if line["is_paused"]}
        outcomes, opened = {}, []
        for account in accounts:
            new, old = wanted.get(account.id, {}), having.get(account.id, {})
            for line_id, tier_id in old.items():
                if new.get(line_id) != tier_id:
                    outcomes[line_id] = (
                        "moved" if line_id in new else "paused" if line_id in paused else "settled"
                    )
            opened += [line_id for line_id, tier_id in new.items() if old.get(line_id) != tier_id]
        Event = self.env["credit.overdue.event"]
        Event._close(outcomes)
        opened = set(opened)
        Event._open([line for line in lines if line["line_id"] in opened])
        self._after_escalation(accounts, lines, wanted, having)

    @api.model
    def _after_escalation(self, accounts, lines, wanted, having):
        """What follows for customers whose highest tier is another one than before."""
        before = {account: self._get_highest(account, having) for account in accounts}
        after = {account: self._get_highest(account, wanted) for account in accounts}
        changed = accounts.filtered(lambda account: before[account].id != after[account].id)
        if not changed:
            return
        figures = self._get(changed)
        self._log_tiers(changed, figures, after)
        self._tell(changed, lines, figures, after)

    @api.model
    def _get_highest(self, account, tiers):
        ids = set(tiers.get(account.id, {}).values())
        ladder = self.env["credit.overdue.tier"]._get_ladder(account.company_id.id)
        return next((tier for tier in reversed(ladder) if tier.id in ids), NO_TIER)

    @api.model
    def _log_tiers(self, accounts, figures, tiers):
        Event = self.env["hr.control.event"]
        Event._append(
            [
                {
                    "dossier": account.dossier_id,
                    "code": "credit.overdue" if tiers[account].id else "credit.overdue_over",
                    "document": account,
                    "data": {
                        "tier": tiers[account].number,
                        "days": figures[account.id].days,
                        "amount": Event._money(figures[account.id].amount, account.currency_id),
                    },
                    "names": {"subject": account.partner_id.display_name},
                }
                for account in accounts
            ]
        )

    # Telling people -----------------------------------------------------------------------------

    @api.model
    def _tell(self, accounts, lines, figures, tiers):
        """One message per customer at his highest tier; what was told before at another tier is withdrawn."""
        Alert = self.env["hr.control.alert"].sudo()
        open_alerts = Alert.search(
            [
                ("cleared_at", "=", False),
                ("res_model", "=", "credit.account"),
                ("res_id", "in", accounts.ids),
                ("key", "=like", "credit.overdue:%"),
            ]
        )
        for company, alerts in open_alerts.grouped("company_id").items():
            Alert._clear(company, alerts.mapped("key"))
        salespeople = self._get_salespeople(accounts, lines)
        vals_list = []
        for company, batch in accounts.grouped("company_id").items():
            told = batch.filtered(lambda account: tiers[account].id)
            everybody = self.env["res.users"].union(*(salespeople[account] for account in told))
            managers = self.env["credit.route"]._get_managers_of(everybody, company)
            controllers = self.env["credit.route"]._get_controllers(company)
            # read at once: each message is written in the language of those who read it
            everybody.union(controllers, *managers.values()).sudo().mapped("lang")
            for account in told:
                tier, users = tiers[account], self.env["res.users"]
                if tier.tell_salesperson:
                    users |= salespeople[account] or controllers
                if tier.tell_manager:
                    users |= users.union(*(managers[user.id] for user in salespeople[account]))
                if tier.legal:
                    users |= controllers
                if users:
                    vals_list.append(
                        self._prepare_alert_vals(account, users, figures[account.id], tier)
                    )
        Alert._raise(vals_list)

    @api.model
    def _get_salespeople(self, accounts, lines):
        """Who sold what is overdue, else whose customer it is. :return: ``{account: users}``"""
        found = {}
        for line in lines:
            if line["user_id"] and line["counts"]:
                found.setdefault(line["account_id"], set()).add(line["user_id"])
        users = self.env["res.users"].sudo().browse({u for ids in found.values() for u in ids})
        active = set(users.filtered("active").ids)
        return {
            account: users.browse(sorted(found.get(account.id, set()) & active))
            or account.partner_id.user_id.filtered("active")
            for account in accounts
        }

    @api.model
    def _prepare_alert_vals(self, account, users, overdue, tier):
        Alert = self.env["hr.control.alert"]
        translated = Alert._in_language_of(users, account.company_id, self)
        env = translated.env
        return {
            "key": f"credit.overdue:{account.id}:{tier.id}",
            "company": account.company_id,
            "users": users,
            "record": account,
            "level": "critical" if tier.suspend else "warning" if tier.hold_orders else "info",
            "mail": tier.by_mail,
            "summary": env._(
                "%(customer)s: %(amount)s overdue, the oldest item for %(days)s days (tier %(tier)s)",
                customer=account.display_name,
                amount=format_amount(env, overdue.amount - overdue.paused, account.currency_id),
                days=overdue.days,
                tier=tier.number,
            ),
            "note": " ".join(translated._get_effect_sentences(tier)),
        }

    @api.model
    def _get_effect_sentences(self, tier):
        """What the tier means for the customer until he pays."""
        _ = self.env._
        sentences = {
            "hold_orders": _("New orders on credit are held."),
            "stop_delivery": _("Goods leave only for orders that are paid."),
            "suspend": _("The customer has no credit limit."),
            "propose_blacklist": _("The customer is proposed for the blacklist."),
            "legal": _("Hand the case over for legal action."),
        }
        return [sentence for name, sentence in sentences.items() if getattr(tier, name)]


class CreditAccount(models.Model):
    _inherit = "credit.account"

    @api.model
    def _get_blacklist_findings(self, company):
        # EXTENDS: who is at a tier that proposes the blacklist, besides those whom another rule names
        findings = super()._get_blacklist_findings(company)
        accounts = self.sudo().search([("company_id", "=", company.id)])
        accounts -= self.browse().union(*(account for account, *_rest in findings))
        Tier = self.env["credit.overdue.tier"]
        for account_id, overdue in self.env["credit.overdue"]._get(accounts).items():
            tier = Tier._get_reached(company.id, overdue.days)
            if tier and tier.propose_blacklist:
                account = accounts.browse(account_id)
                figures = {"days": overdue.days, "tier": tier.number}
                sentence = self.env._(
                    "%(customer)s has %(amount)s overdue, the oldest item for %(days)s days (tier %(tier)s).",
                    customer=account.display_name,
                    amount=account.currency_id.format(overdue.amount - overdue.paused),
                    **figures,
                )
                findings.append((account, "overdue_tier", sentence, figures))
        return findings


class CreditOverduePause(models.Model):
    _inherit = "credit.overdue.pause"

    @api.model
    def _close_past(self):
        """Find out what became of promises and disputes: kept, broken, over; requests that came too late go.

        A broken promise is told to the salesperson, his manager and those who keep the credit.
        """
        open_pauses = self.sudo().search([("state", "in", ("asked", "active"))])
        lines = self.env["credit.overdue"]._get_lines(open_pauses.account_id)
        by_account = {}
        for line in lines:
            by_account.setdefault(line["account_id"], []).append(line)
        found = {}
        for pause in open_pauses:
            late = any(pause._covers(line) for line in by_account.get(pause.account_id.id, []))
            if outcome := pause._get_outcome(late):
                found[outcome] = found.get(outcome, self.browse()) | pause
        for outcome, pauses in found.items():
            if outcome == "late_request":
                pauses._void_approval(self.env._("The day it was asked for is over."))
            else:
                pauses.sudo()._close(outcome)
        if broken := found.get("broken"):
            broken.sudo()._tell_broken()

    def _get_outcome(self, late):
        """What became of it by now, False while it goes on.

        :param late: whether something that it covers is still overdue
        """
        self.ensure_one()
        is_over = self.date_to < self._get_today()
        if self.state == "asked":
            return is_over and "late_request"
        if self.kind == "dispute":
            return (is_over or not late) and "over"
        return ("broken" if late else "kept") if is_over else not late and "kept"

    def _tell_broken(self):
        Alert, Route = self.env["hr.control.alert"], self.env["credit.route"]
        vals_list = []
        for company, pauses in self.grouped("company_id").items():
            people = pauses.requester_id | pauses.partner_id.user_id
            managers = Route._get_managers_of(people, company)
            controllers = Route._get_controllers(company)
            for pause in pauses:
                own = pause.requester_id | pause.partner_id.user_id
                users = own.union(controllers, *(managers[user.id] for user in own))
                translated = Alert._in_language_of(users, company, pause)
                vals_list.append(
                    {
                        "key": f"credit.promise:{pause.id}",
                        "company": company,
                        "users": users,
                        "record": pause,
                        "mail": False,
                        "summary": translated.env._(
                            "%(customer)s broke his promise to pay %(amount)s",
                            customer=pause.partner_id.display_name,
                            amount=translated._format(pause.amount),
                        ),
                    }
                )
        Alert._raise(vals_list)
