"""One row of a table, tried by all its roles."""

from dataclasses import replace

from . import OPERATIONS, ROWS, lookup
from .attempt import Attempt, Maker, get_outcome

DENIED, DONE = {"denied"}, {"done"}
TURNED_AWAY = {"denied", "refused"}
# What may come by an attempt that is refused: its own line of the record, in a dossier made for it.
MAY_GROW = {"hr_control_dossier", "hr_control_event"}
# Odoo's other ways to the same are closed with it; tried by some.
TRIERS = {"portal", "sales", "store", "credit", "audit"}
WAYS = {
    "read": ["search_read", "export_data"],
    "create": ["web_save", "load", "copy", "name_create"],
    "write": ["web_save", "load"],
}


class Trial:
    def __init__(self, row, scene, model, protected):
        self.row, self.scene, self.protected = row, scene, protected
        self.is_ours = bool(model and model["ours"])
        self.is_form = bool(model and model["kind"] == "transient" and self.is_ours)
        self.maker = Maker(scene, row, self.is_form)
        self.wrong = []

    def run(self):
        """:return: what went otherwise than the row says, as sentences"""
        attempts = [
            attempt
            for role, cell in self.row.cells.items()
            for attempt in self._get_attempts(self.scene[role], cell)
        ]
        harmless = [
            attempt for attempt in attempts if self.row.only_looks or "done" not in attempt.expected
        ]
        try:
            self._try_harmless(harmless)
            # each on something of its own, unless what the record is about stays what it was
            untouched = OPERATIONS if self.is_form else ("create", "write")
            self.scene.fresh = self.row.method not in untouched
            for attempt in attempts:
                if attempt not in harmless:
                    self._try(attempt, self.maker.get_call(attempt))
        finally:
            self.scene.fresh = False
            while self.scene.undo:
                self.scene.undo.pop()()
        return self.wrong

    # What the cells say -------------------------------------------------------------------------

    def _get_attempts(self, who, cell):
        """On what is his, a colleague's, and another company's."""
        colleague, stranger = self.scene["colleague"], self.scene["stranger"]
        if who.home is stranger.home:
            colleague, stranger = stranger, colleague
        own, others = self._on(who, who), self._on(who, colleague)
        # the administrator works in both companies
        elsewhere = [] if who.role == "admin" else self._on(who, stranger)
        if self.is_form and self.row.method == "create":
            others, elsewhere, cell = own, [], {"own": "all"}.get(cell, cell)
        return {
            "-": self._expect(DENIED, others, own if self._may_own(who) else []),
            "no": self._expect({"refused"}, own),
            "own": [
                *self._expect(DONE, own),
                *self._expect(TURNED_AWAY, others, elsewhere, self._in_form_of(who, colleague)),
            ],
            "yes": [
                *self._expect(DONE, others),
                *self._expect(TURNED_AWAY, elsewhere, self._in_form_of(who, colleague)),
            ],
            "all": [
                *self._expect(DONE, others),
                *self._expect(TURNED_AWAY, self._in_form_of(who, colleague)),
            ],
            ".": [],
        }[cell]

    def _on(self, who, owner):
        # what is read, changed and deleted of others is a form that they filled in
        of_owner = self.row.method in OPERATIONS and not self.row.case
        author = owner if self.is_form and of_owner else who
        return [Attempt(self.row, who, owner, set(), self.row.method, author)]

    def _in_form_of(self, who, colleague):
        if not self.is_form or self.row.method in OPERATIONS or lookup("calls", self.row.key):
            return []
        return [Attempt(self.row, who, colleague, set(), self.row.method, colleague)]

    def _expect(self, expected, *groups):
        found = [replace(attempt, expected=expected) for group in groups for attempt in group]
        if not found or not self.is_ours or self.row.case or found[0].who.role not in TRIERS:
            return found
        ways = WAYS.get(self.row.method, [])
        if expected == DONE:
            ways = [*ways, "get_views"] if self.row.method == "read" else []
        elif expected != DENIED:
            ways = [way for way in ways if way != "name_create"]  # which names no company
        return found + [
            replace(attempt, method=way, expected=DONE if expected == DONE else TURNED_AWAY)
            for way in ways
            for attempt in found[:1]
        ]

    def _may_own(self, who):
        """Whether something of this model can be his; customers have orders and accounts too."""
        return who.role == "portal" or any(
            row.cells.get(who.role, "-") not in "-." for row in ROWS if row.model == self.row.model
        )

    # Trying -------------------------------------------------------------------------------------

    def _try_harmless(self, attempts):
        """None of these may change anything; what they are tried on is made before."""
        calls = [(attempt, self.maker.get_call(attempt)) for attempt in attempts]
        before = self.protected.read()
        for attempt, call in calls:
            self._try(attempt, call)
        self.wrong += self.protected.compare(before, self.protected.read(), MAY_GROW)

    def _try(self, attempt, call):
        if not call:
            return
        outcome, answer = get_outcome(call)
        if self.row.method in ("read", "create", "message_subscribe") and not answer:
            outcome = "denied"  # nothing found, nothing made
        if outcome not in attempt.expected:
            expected = " or ".join(sorted(attempt.expected))
            self.wrong.append(f"{attempt}: {outcome} instead of {expected}: {answer!r:.300}")
