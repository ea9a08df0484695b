from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_dossier import DossierCase


@tagged("post_install", "-at_install")
class TestEventText(DossierCase):
    def _summary(self, template, lang="en_US", **values):
        event = self._record(**values)
        sentences = {"credit.hold": ("Held", template)}
        with patch.object(type(self.Event), "_get_sentences", lambda model: sentences):
            return event.with_context(lang=lang).summary

    def test_money_dates_and_names(self):
        text = self._summary(
            "%(document)s takes %(subject)s %(over)s over its limit of %(limit_total)s since %(day)s: %(reason)s",
            data={
                "over": self.Event._money(1250, self.env.ref("base.USD")),
                "limit": {"total": self.Event._money(20000, self.env.ref("base.USD"))},
                "day": "2025-01-31",
            },
            document=self.customer_2,
            names={"reason": "late"},
        )
        self.assertEqual(
            text.replace("\N{NO-BREAK SPACE}", " "),
            "Shop Two takes Ma Li $ 1,250.00 over its limit of $ 20,000.00 since 01/31/2025: late",
        )

    def test_name_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        event = self._record()
        labels = {"en_US": "Held", "fr_FR": "Bloqué"}
        with patch.object(
            type(self.Event),
            "_get_sentences",
            lambda model: {"credit.hold": (labels[model.env.lang], None)},
        ):
            for lang, label in labels.items():
                self.assertEqual(event.with_context(lang=lang).display_name, label)

    def test_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        text = self._summary(
            "%(over)s, %(day)s",
            lang="fr_FR",
            data={"over": self.Event._money(1250, self.env.ref("base.EUR")), "day": "2025-01-31"},
        )
        self.assertRegex(text, r"1.250,00.€, 31/01/2025")

    def test_lists_yes_no_nothing_and_words(self):
        with patch.object(
            type(self.Event), "_get_words", lambda model: {"mode.cash_only": "cash only"}
        ):
            text = self._summary(
                "%(mode)s %(other)s %(flag)s %(none)s %(items)s",
                data={
                    "mode": "cash_only",
                    "other": "cash_only",
                    "flag": True,
                    "none": None,
                    "items": [1, "b"],
                },
            )
        self.assertEqual(text, "cash only cash_only yes – 1 and b")

    def test_gap_is_shown(self):
        self.assertEqual(self._summary("%(nobody)s and 100%%"), "… and 100%")

    def test_broken_template_falls_back_to_the_figures(self):
        for template in ("%(rule)d", "100% of %(rule)s", "%(rule"):
            self.assertEqual(self._summary(template), "credit.hold (rule: limit)")

    def test_unknown_code_and_its_figures(self):
        event = self._record(
            code="gone.addon",
            data={
                "limit": {"amount": "5.00", "currency": "XXX"},
                "bad": {"amount": "x", "currency": "USD"},
            },
        )
        self.assertEqual(event.code_label, "gone.addon")
        self.assertEqual(event.summary, "gone.addon (bad: x USD, limit: 5.00 XXX)")
        self.assertEqual(self._record(code="gone.addon", data={}).summary, "gone.addon")

    def test_altered_payload_still_reads(self):
        event = self._record(code="gone.addon")
        for text in ("no json", "[]", '{"data": 5}'):
            self._tamper("UPDATE hr_control_event SET payload = %s WHERE id = %s", text, event.id)
            self.assertEqual(event.summary, "gone.addon")

    def test_user_deleted(self):
        user = self._create_user("control_leaver", "base.group_user")
        event = (
            self.Event.with_user(user)
            .sudo()
            ._append([{"dossier": self.dossier, "code": "test", "document": user}])
        )
        user.unlink()
        event.invalidate_recordset()
        self.assertFalse(event.actor_id)
        self.assertEqual(event.actor_name, "control_leaver (base.group_user)")
        self.assertEqual(event.document_name, "control_leaver (base.group_user)")
        with self.assertRaisesRegex(UserError, "no longer exists"):
            event.action_open_document()

    def test_document_of_a_model_that_is_gone(self):
        event = self._record(document=("gone.model", 7))
        self.assertEqual(event.document_name, "gone.model 7")
        with self.assertRaisesRegex(UserError, "no longer exists"):
            event.action_open_document()

    def test_document_is_opened(self):
        action = self._record(document=self.customer_2).action_open_document()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("res.partner", self.customer_2.id)
        )

    def test_search_by_user(self):
        event = (
            self.Event.with_user(self.clerk)
            .sudo()
            ._append([{"dossier": self.dossier, "code": "test"}])
        )
        other = self._record()
        mine = [("dossier_id", "=", self.dossier.id)]
        for domain in (
            [("actor_id", "=", self.clerk.id)],
            [("actor_id", "in", self.clerk.ids)],
            [("actor_id", "ilike", "control_clerk")],
            [("actor_id", "!=", self.env.uid)],
            [("actor_id.login", "=", "control_clerk")],
        ):
            self.assertEqual(self.Event.search(mine + domain), event, domain)
        self.assertEqual(
            self.Event.search([*mine, ("actor_id", "not ilike", "control_clerk")]), other
        )

    def test_list_costs_the_same_for_many(self):
        self._record()
        self._count(self.dossier)  # what is cached per registry is read by whoever comes first
        few = self._count(self.dossier)
        for _n in range(20):
            self._record()
        self.assertEqual(self._count(self.dossier), few)

    def _count(self, dossier):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        dossier.event_ids.read(["code_label", "summary", "actor_name", "document_name", "actor_id"])
        return self.env.cr.sql_log_count - before
