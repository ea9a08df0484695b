"""Who tries the paths, and on whom: three people, and a fresh customer for each try."""

from functools import cached_property

from credit_company import CONTROLLER, PASSWORD, SALES

from kit.client import Json2Client, XmlRpcClient
from kit.env import connect

from .facts import EVENTS, FACTS, Facts
from .stage import LIMIT, Stage

# The manager also invoices, delivers and keeps the till. The administrator may all that Odoo knows.
# Neither of them answers for credit: that is another group.
ROLES = {
    "salesperson": [SALES],
    "manager": [
        "sales_team.group_sale_manager",
        "account.group_account_invoice",
        "stock.group_stock_user",
        "project.group_project_user",
        "point_of_sale.group_pos_user",
    ],
    "administrator": [
        "base.group_system",
        "sales_team.group_sale_manager",
        "account.group_account_manager",
        "stock.group_stock_manager",
        "project.group_project_manager",
        "point_of_sale.group_pos_manager",
    ],
}
DOZEN = 12


class Case:
    """One try: who, with which context sent along, and the customer whose limit it is about."""

    def __init__(self, scene, role, context, partner):
        self.scene = scene
        self.role = role
        self.client = scene.clients[role]
        self.context = context
        self.partner = partner
        self.partners = [partner]  # and others who might come to owe more than they may
        self.order = self.line = self.move = self.picking = self.entry = None

    def call(self, model, method, *args, context=None, **kwargs):
        """What the person sends."""
        context = {**self.context, **(context or {})}
        return self.client.call(model, method, *args, **kwargs, context=context)

    def another(self, limit=LIMIT, mode="limited"):
        """One more customer."""
        partner = self.scene.customer(limit, mode)
        self.partners.append(partner)
        return partner


class Scene(Stage):
    """The people, and customers by the dozen."""

    def __init__(self, server):
        super().__init__(server)
        self.logins = {role: self.user(*groups, name=role)[1] for role, groups in ROLES.items()}
        self.clients = {role: self.sign_in(login) for role, login in self.logins.items()}
        self.clients["customer"] = self.clients["salesperson"]  # whose customer he is
        controller, login = self.user(CONTROLLER, name="controller")
        self.controller = self.sign_in(login)
        self.authority(10_000, employee_id=self.employee(controller))
        self.connection = connect(server.database)
        self.spare = []
        self.owed = {}  # of those customers that are through: ``{partner: amount}``

    @cached_property
    def keys(self):
        """API keys, which people make on their preferences."""
        return {role: self.clients[role].api_key(PASSWORD) for role in ROLES}

    @cached_property
    def xmlrpc(self):
        url, name = self.server.url, self.server.database
        return {role: XmlRpcClient(url, name, self.logins[role], PASSWORD) for role in ROLES}

    @cached_property
    def json2(self):
        url, name = self.server.url, self.server.database
        return {role: Json2Client(url, name, self.keys[role]) for role in ROLES}

    def case(self, role, context):
        if not self.spare:
            self.spare = self.customers(4 * DOZEN)
        return Case(self, role, context, self.spare.pop())

    def customers(self, number):
        names = [self.number("Customer") for _ in range(number)]
        values = [{"name": n, "is_company": True, "email": "buyer@example.com"} for n in names]
        partners = self.call("res.partner", "create", values)
        given = {"company_id": self.id, "base_limit": LIMIT, "change_reason": "Set up"}
        values = [{"partner_id": partner, **given} for partner in partners]
        self.call("credit.account", "create", values)
        return partners

    # what is committed --------------------------------------------------------------------------

    def sql(self, query, **parameters):
        with self.connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall()

    def facts(self, partners):
        """``{partner: Facts}``"""
        rows = self.sql(FACTS, partners=partners, company=self.id)
        return {partner: Facts(*row) for partner, *row in rows}

    def own_figures(self, partners):
        """What the add-on itself says: ``{partner: exposure}``"""
        domain = [("partner_id", "in", partners), ("company_id", "=", self.id)]
        names = ["partner_id", "exposure_total"]
        rows = self.call("credit.account", "search_read", domain, names)
        return {row["partner_id"][0]: row["exposure_total"] for row in rows}

    def last_event(self):
        return self.sql("SELECT COALESCE(MAX(id), 0) FROM hr_control_event")[0][0]

    def events_since(self, last, partners):
        """``[(code, data)]`` of the dossiers of these customers and of the company."""
        return self.sql(EVENTS, last=last, partners=partners, setter=self.admin.uid)
