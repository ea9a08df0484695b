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
        return median(answer["seconds"] for answer in self.answers[measure, variant]) * 1000

    def queries(self, measure, variant):
        """The usual number: a scheduled vacuum of a cache may add one to a single round."""
        return round(median(answer["queries"] for answer in self.answers[measure, variant]))

    def ratio(self, measure, variant, base):
        """Median of the ratios within each round, which what else the machine does changes little."""
        pairs = zip(self.answers[measure, variant], self.answers[measure, base], strict=True)
        return median(answer["seconds"] / other["seconds"] for answer, other in pairs)

    def added(self, measure, variant, base="plain"):
        """:return: ``(ms, queries)`` more than ``base`` takes"""
        pairs = zip(self.answers[measure, variant], self.answers[measure, base], strict=True)
        seconds = median(answer["seconds"] - other["seconds"] for answer, other in pairs)
        return seconds * 1000, self.queries(measure, variant) - self.queries(measure, base)

    def added_for_half(self, measure, variant, base="plain"):
        """Queries more than ``base`` takes for half as many documents."""
        return self.halves[measure, variant] - self.halves[measure, base]

    def value(self, measure, variant):
        return self.answers[measure, variant][-1]["value"]
