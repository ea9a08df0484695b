"""A company that enforces credit, made and used over RPC as people and programs do."""

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import count
from threading import Barrier

from kit.client import RpcError, WebClient

CREDIT = "hr_receivables_control"
SALES = "sales_team.group_sale_salesman"
ALL_SALES = "sales_team.group_sale_salesman_all_leads"
CONTROLLER = f"{CREDIT}.group_credit_controller"
OWNER = f"{CREDIT}.group_credit_manager"
PASSWORD = "Tr0ub4dor&3"


def together(*calls):
    """Run the calls in threads that start at the same moment.

    :return: what each returned, or the :class:`RpcError` that it got, in the order given
    """
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        except RpcError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


class CreditCompany:
    """Roles, customers and orders in one company of a database that a server serves."""

    numbers = count(1)

    def __init__(self, server, admin=None):
        """``admin``: who sets everything up, in his own company; default the administrator."""
        self.server = server
        self.admin = admin or WebClient(server.url, server.database)
        self.call = self.admin.call
        self.id = self.admin.info["user_companies"]["current_company"]
        self.set(
            credit_order_policy="enforce",
            credit_new_mode="cash_only",
            credit_admission_policy="none",  # customer files have tests of their own
        )
        self.product = self.create("product.product", name="Floor tile", type="consu", list_price=1)
        self.call("product.product", "write", [self.product], {"taxes_id": [(5,)]})

    # short forms

    def create(self, model, **values):
        return self.call(model, "create", [values])[0]

    def set(self, **values):
        self.call("res.company", "write", [self.id], values)

    def ref(self, xmlid):
        module, name = xmlid.split(".")
        domain = [("module", "=", module), ("name", "=", name)]
        return self.call("ir.model.data", "search_read", domain, ["res_id"])[0]["res_id"]

    def read(self, model, ids, *names):
        """Values of one record, or of several in the order of ``ids``."""
        if isinstance(ids, int):
            return self.call(model, "read", [ids], names)[0]
        rows = {row["id"]: row for row in self.call(model, "read", ids, names)}
        return [rows[record_id] for record_id in ids]

    def number(self, stem):
        return f"{stem} {next(self.numbers)}"

    # people

    def user(self, *groups, name="user", company_ids=None):
        """A user with a login of his own. :return: ``(id, login)``"""
        login = self.number(name).replace(" ", "_")
        companies = company_ids or [self.id]
        user_id = self.create(
            "res.users",
            name=login,
            login=login,
            email=f"{login}@example.com",
            password=PASSWORD,
            company_id=companies[0],
            company_ids=[(6, 0, companies)],
            group_ids=[(6, 0, [self.ref(group) for group in ("base.group_user", *groups)])],
        )
        return user_id, login

    def sign_in(self, login, server=None):
        server = server or self.server
        return WebClient(server.url, server.database, login, PASSWORD)

    def employee(self, user_id, **values):
        return self.create(
            "hr.employee",
            name=self.number("Employee"),
            user_id=user_id,
            company_id=self.id,
            **values,
        )

    def authority(self, over_amount, **values):
        return self.create(
            "credit.authority", company_id=self.id, max_over_amount=over_amount, **values
        )

    # business

    def customer(self, limit=None, mode="limited", **values):
        """A customer; with a limit, his credit account is there too. :return: id of the partner"""
        values = {"name": self.number("Customer"), "is_company": True} | values
        partner = self.create("res.partner", **values)
        if limit is not None:
            self.create(
                "credit.account",
                partner_id=partner,
                company_id=self.id,
                mode="cash_only" if mode == "blacklisted" else mode,
                base_limit=limit,
                change_reason="Set up",
            )
        if mode == "blacklisted":
            self.blacklist(partner)
        return partner

    @cached_property
    def listers(self):
        """Two persons, as it takes to put a customer on the blacklist."""
        logins = [self.user(CONTROLLER, name="lister")[1] for _one in range(2)]
        return [self.sign_in(login) for login in logins]

    def blacklist(self, partner):
        """:return: the entry in force"""
        first, second = self.listers
        values = {"partner_id": partner, "company_id": self.id}
        values |= {"reason": "Pays nobody", "evidence": "Letters"}
        (entry,) = first.call("credit.blacklist", "create", [values])
        row = self.read("credit.blacklist", entry, "approval_id")
        second.call("hr.control.approval", "action_approve", [row["approval_id"][0]])
        return entry

    def account(self, partner):
        domain = [("partner_id", "=", partner), ("company_id", "=", self.id)]
        (account,) = self.call("credit.account", "search", domain)
        return account

    def exposure(self, partner):
        return self.read("credit.account", self.account(partner), "exposure_total")[
            "exposure_total"
        ]

    def order_values(self, partner, amount, **values):
        line = {"product_id": self.product, "product_uom_qty": 1, "price_unit": amount}
        values = {"company_id": self.id, "order_line": [(0, 0, line)]} | values
        return {"partner_id": partner, **values}

    def order(self, partner, amount, client=None, **values):
        call = (client or self.admin).call
        return call("sale.order", "create", [self.order_values(partner, amount, **values)])[0]

    def states(self, orders):
        """``[("sale", False), ("draft", "hold")]``"""
        rows = self.read("sale.order", orders, "state", "credit_state")
        return [(row["state"], row["credit_state"]) for row in rows]

    def decisions(self, order, *names):
        """The decisions on an order, the first one first."""
        domain = [("order_id", "=", order)]
        return self.call("credit.decision", "search_read", domain, names or ["result"], order="id")

    def events(self, code=None, document=None, partner=None):
        """Events of the record, the first one first."""
        domain = [("code", "=", code)] if code else []
        if document:
            domain += [("document_model", "=", document[0]), ("document_id", "=", document[1])]
        if partner:
            domain += [
                ("dossier_id.subject_model", "=", "res.partner"),
                ("dossier_id.subject_id", "=", partner),
            ]
        names = ["code", "seq", "payload", "dossier_id", "actor_uid"]
        return self.call("hr.control.event", "search_read", domain, names, order="id")

    def verify(self):
        """Everything wrong with the record of the company, as sentences."""
        wizard = self.create("hr.control.verify", company_id=self.id)
        self.call("hr.control.verify", "action_verify", [wizard])
        assert self.read("hr.control.verify", wizard, "event_count")["event_count"]
        domain = [("verify_id", "=", wizard)]
        lines = self.call("hr.control.verify.line", "search_read", domain, ["sentence"])
        return [line["sentence"] for line in lines]
