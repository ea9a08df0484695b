import json

from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL

from ..tools import evidence


class DossierCase(TransactionCase):
    """A company with two customers who have dossiers, and a second company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True, "lang": "en_US"})
        cls.company = cls.env["res.company"].create({"name": "Hongda Materials"})
        cls.other_company = cls.env["res.company"].create({"name": "Qinling Trading"})
        cls.Dossier = cls.env["hr.control.dossier"]
        cls.Event = cls.env["hr.control.event"]
        cls.customer, cls.customer_2 = cls.env["res.partner"].create(
            [{"name": "Ma Li"}, {"name": "Shop Two"}]
        )
        cls.dossier = cls._open(cls.customer)
        cls.dossier_2 = cls._open(cls.customer_2)
        cls.clerk = cls._create_user("control_clerk", "base.group_user")
        cls.auditor = cls._create_user("control_auditor", "hr_control_base.group_control_auditor")
        cls.manager = cls._create_user("control_manager", "hr_control_base.group_control_manager")

    @classmethod
    def _create_user(cls, login, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
            email=f"{login}@x.cn",
        )

    @classmethod
    def _open(cls, subject, company=None, kind="credit.account"):
        return cls.Dossier._ensure(kind, subject, company or cls.company)[subject.id]

    @classmethod
    def _record(cls, dossier=None, code="credit.hold", link=True, **values):
        """One event; linked at once unless told otherwise."""
        dossier = dossier or cls.dossier
        event = cls.Event._append(
            [{"dossier": dossier, "code": code, "data": {"rule": "limit"}, **values}]
        )
        if link:
            dossier._take_guard()
            dossier._link()
        return event

    def _tamper(self, query, *params, table="hr_control_event"):
        """What somebody with the database password does."""
        self.env.flush_all()
        name = SQL.identifier(table)
        self.env.cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER USER", name))
        self.env.cr.execute(query, params)
        self.env.cr.execute(SQL("ALTER TABLE %s ENABLE TRIGGER USER", name))
        self.env.invalidate_all()

    def _payload(self, event):
        return json.loads(event.payload)

    def _assert_chained(self, dossier):
        """Numbers without a gap, each hash over the one before: computed here, not by the add-on."""
        prev_hash = ""
        events = dossier.sudo().event_ids.sorted("seq")
        self.assertEqual(events.mapped("seq"), list(range(1, len(events) + 1)))
        for event in events:
            self.assertEqual(event.content_hash, evidence.digest(event.payload))
            self.assertEqual(event.prev_hash, prev_hash)
            content = f'{{"content":"{event.content_hash}","prev":"{prev_hash}","seq":{event.seq}}}'
            self.assertEqual(event.hash, evidence.digest(content))
            prev_hash = event.hash
        self.assertEqual((dossier.seq, dossier.head or ""), (len(events), prev_hash))
