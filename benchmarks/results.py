"""What was measured, and the figures made of it."""

from statistics import median


class Results:
    def __init__(self):
        self.measures = {}  # {measure key: title}
        self.answers = {}  # {(measure key, variant key): [answer of each round]}
        self.halves = {}  # {(measure key, variant key): queries for half as many documents}
        self.notes = {}

    def note(self, variant_key, what, value):
        self.notes[variant_key, what] = value

    def add(self, measure, variant, answer):
        self.measures[measure.key] = measure.title
        self.answers.setdefault((measure.key, variant.key), []).append(answer)

    def note_half(self, measure, variant, answer):
        self.halves[measure.key, variant.key] = answer["queries"]

    def has(self, measure, variant):
        return (measure, variant) in self.answers

    def ms(self, measure, variant):
        """What somebody waits for."""
        return self._median(measure, variant, "seconds") * 1000

    def cpu_ms(self, measure, variant):
        """What the processors do for it, which others on the machine change little: comparisons are made of this."""
        return self._median(measure, variant, "cpu") * 1000

    def queries(self, measure, variant):
        """The usual number: what is cached for a while may be read again in a single round."""
        return round(self._median(measure, variant, "queries"))

    def ratio(self, measure, variant, base):
        return self.cpu_ms(measure, variant) / self.cpu_ms(measure, base)

    def added(self, measure, variant, base="plain"):
        """:return: ``(ms, queries)`` more than ``base`` takes"""
        return (
            self.cpu_ms(measure, variant) - self.cpu_ms(measure, base),
            self.queries(measure, variant) - self.queries(measure, base),
        )

    def count(self, measure):
        """How many documents were confirmed, posted or imported."""
        return self.answers[measure, "plain"][-1]["value"]

    def _median(self, measure, variant, what):
        return median(answer[what] for answer in self.answers[measure, variant])

    def added_for_half(self, measure, variant, base="plain"):
        """Queries more than ``base`` takes for half as many documents."""
        return self.halves[measure, variant] - self.halves[measure, base]
