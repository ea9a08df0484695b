"""One user of each role, a colleague of another store, a stranger of another company and who controls him."""

from credit_company import ALL_SALES, CONTROLLER, OWNER, PASSWORD, SALES, CreditCompany

from kit.client import RpcError, WebClient

BASE = "hr_control_base"
ADVANCE = "hr_employee_advance"
EXPORT = "base.group_allow_export"  # so that it is our rules that keep data in
GROUPS = {
    "staff": [],
    "sales": [SALES],
    "store": [ALL_SALES],
    "head": ["sales_team.group_sale_manager"],
    "credit": [CONTROLLER],
    "owner": [OWNER],
    "audit": [f"{BASE}.group_control_auditor"],
    "control": [f"{BASE}.group_control_manager"],
    "books": ["account.group_account_invoice"],
    "goods": ["stock.group_stock_user"],
    "finance": [f"{ADVANCE}.group_advance_finance"],
    "chief": [f"{ADVANCE}.group_advance_write_off"],
    "cashier": [f"{ADVANCE}.group_advance_cashier"],
    "rules": [f"{ADVANCE}.group_advance_admin"],
    "officer": ["hr.group_hr_user"],
    "hr": ["hr.group_hr_manager"],
}
# Of the stranger, who has nothing in our company, and of the administrator's deputy.
EVERYTHING = [
    *(group for groups in GROUPS.values() for group in groups),
    *("base.group_system", "hr.group_hr_manager", "account.group_account_manager"),
    "stock.group_stock_manager",
    "hr_expense.group_hr_expense_manager",
]
SELLS = {"sales", "store", "head", "admin", "colleague", "junior", "stranger"}
# Authority rules; without one a credit manager may do anything.
CEILINGS = {
    **{role: {} for role in ("sales", "junior", "staff", "head")},
    "store": {"over_amount": 1_000},
    "colleague": {"over_amount": 1_000},
    "credit": {"over_amount": 10_000, "max_customer_limit": 10_000, "max_emergency_amount": 900},
    "stranger": {"over_amount": 10_000, "max_customer_limit": 10_000, "max_emergency_amount": 900},
}
LONG = {"date_from": "2020-01-01", "date_to": "2099-12-31"}


class Client(WebClient):
    """Signs the errors that it gets, to tell them from those of others who set something up."""

    def call(self, *args, **kwargs):
        try:
            return super().call(*args, **kwargs)
        except RpcError as error:
            error.caller = self
            raise


class Person:
    """A user. ``home`` is his company, ``maker`` a client that may make things there."""

    def __init__(self, home, role, user_id, client):
        self.home, self.role, self.id, self.client = home, role, user_id, client
        self.maker = home.admin
        self.sells = role in SELLS
        # documents of the portal user are in the hands of the salesperson
        self.salesperson = user_id

    def __repr__(self):
        return self.role


class Scene(CreditCompany):
    """Two stores of one company with a user of each role, and another company."""

    def __init__(self, server):
        super().__init__(server, Client(server.url, server.database))
        self.people = {"admin": Person(self, "admin", self.admin.uid, self.admin)}
        self.kept, self.fresh = {}, False
        self.undo = []  # to call when a row has been tried
        others = {"colleague": [SALES], "junior": [SALES], "deputy": EVERYTHING, "boss": []}
        for role, groups in {**GROUPS, **others}.items():
            self._join(self, role, groups)
        self._add_portal()
        self._add_stranger()
        self._add_stores()
        absence = {**LONG, "delegate_id": self["staff"].id}
        self["store"].client.call("hr.control.delegation", "create", [absence])

    def sign_in(self, login, server=None):
        # EXTENDS: with clients of our own
        return Client(self.server.url, self.server.database, login, PASSWORD)

    def __getitem__(self, role):
        return self.people[role]

    def _join(self, home, role, groups, **values):
        user_id, login = CreditCompany.user(home, EXPORT, *groups, name=role, **values)
        self.people[role] = Person(home, role, user_id, self.sign_in(login))
        return self.people[role]

    def _add_portal(self):
        partner = self.customer(1_000, email="portal@example.com")
        login = self.number("portal").replace(" ", "_")
        user_id = self.create(
            "res.users",
            name=login,
            login=login,
            password=PASSWORD,
            partner_id=partner,
            group_ids=[(6, 0, [self.ref("base.group_portal")])],
        )
        portal = self.people["portal"] = Person(self, "portal", user_id, self.sign_in(login))
        portal.partner, portal.salesperson = partner, self["sales"].id

    def _add_stranger(self):
        company = self.create("res.company", name=self.number("Elsewhere"))
        stranger = self._join(self, "stranger", EVERYTHING, company_ids=[company])
        stranger.home = CreditCompany(self.server, stranger.client)
        stranger.maker = stranger.client
        warehouse = {"name": "Elsewhere", "code": "ELSE", "company_id": company}
        stranger.client.call("stock.warehouse", "create", [warehouse])
        self.call("account.chart.template", "try_loading", [], "generic_coa", company)
        # the chart gives every product its tax
        untaxed = {"taxes_id": [(5,)]}
        stranger.client.call("product.product", "write", [stranger.home.product], untaxed)
        others = {
            "remote": [CONTROLLER, *GROUPS["chief"]],
            "abroad": [],
            "distant": GROUPS["finance"],
        }
        for role, groups in others.items():
            self._join(stranger.home, role, groups).maker = stranger.client

    def _add_stores(self):
        hired = {role: self._hire(self[role], **ceilings) for role, ceilings in CEILINGS.items()}
        for manager, members in (("store", ("sales", "staff")), ("colleague", ("junior",))):
            shop = self.create(
                "hr.department",
                name=self.number("Shop"),
                company_id=self.id,
                control_is_store=True,
                manager_id=hired[manager],
            )
            staff = [hired[member] for member in members]
            place = {"department_id": shop, "parent_id": hired[manager]}
            self.call("hr.employee", "write", staff, place)
            self.call("hr.employee", "write", [hired[manager]], {"department_id": shop})
        self._add_employees()

    def _add_employees(self):
        """Of those who have nothing to do with credit; each has a manager."""
        boss, stranger = self["boss"], self["stranger"]
        boss.employee = self.employee(boss.id)
        for role in ("remote", "abroad", "distant"):
            person = self[role]
            person.employee = person.home.employee(person.id, parent_id=stranger.employee)
        manager = {"parent_id": self["distant"].employee}
        stranger.client.call("hr.employee", "write", [stranger.employee], manager)
        for role in ("audit", *list(GROUPS)[-6:]):
            self[role].employee = self.employee(self[role].id, parent_id=boss.employee)
        domain = [("user_id", "=", self["admin"].id), ("company_id", "=", self.id)]
        found = self.call("hr.employee", "search", domain) or [self.employee(self["admin"].id)]
        self["admin"].employee = found[0]

    def _hire(self, person, over_amount=0, **ceilings):
        """An employee with an authority rule of his own."""
        employee = person.employee = person.home.employee(person.id)
        pool = {"limit_pool": True, "pool_limit": 1_000_000} if person.sells else {}
        person.home.authority(over_amount, employee_id=employee, **pool, **ceilings)
        return employee

    def get(self, make, owner):
        """The owner's record that ``make`` makes; the one made before where nothing will be done to it."""
        return self.keep((make, owner.role), lambda: make(self, owner))

    def keep(self, key, make):
        if self.fresh:
            return make()
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]
