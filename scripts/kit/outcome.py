"""What a log of Odoo tells: how many tests ran, which were skipped, what failed."""

import re
import sys
from collections import Counter
from functools import cached_property, wraps

RECORD = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+): (?P<text>.*)"
)
RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading database")
STARTING = re.compile(r"Starting \S+ \.\.\.")
DEMO_FAILED = re.compile(r"Module (\S+) demo data failed to install")
# Core says these about itself or about the machine; they say nothing about our add-ons.
NOISE = re.compile(
    r"Running as user 'root'|missing --http-interface|wkhtmltopdf|unsafe/unpatched|PyPDF|docutils"
)


class OdooFailed(RuntimeError):
    """A process of Odoo ended badly where it must not."""


def ends_plainly(main):
    """Decorator: a script that cannot go on says one sentence, without a traceback."""

    @wraps(main)
    def wrapped(*args):
        try:
            return main(*args)
        except RuntimeError as error:
            sys.exit(f"error: {error}")

    return wrapped


class Outcome:
    """The end of an Odoo process. ``code`` is its exit code."""

    def __init__(self, log, code):
        self.log = log
        self.code = code

    @cached_property
    def records(self):
        """``[(level, logger, text)]``, a traceback belongs to the text of its record."""
        records = []
        for line in self.log.read_text(errors="replace").splitlines():
            if match := RECORD.match(line):
                records.append([match["level"], match["logger"], match["text"]])
            elif records:
                records[-1][2] += "\n" + line
            else:
                records.append(["INFO", "", line])
        return records

    @cached_property
    def run(self):
        """How many tests ran."""
        return self._result[2]

    @cached_property
    def failed(self):
        """How many tests failed, at least 1 when the process did."""
        return sum(self._result[:2]) or int(self.code != 0)

    @property
    def passed(self):
        return max(self.run - self.failed, 0)

    @cached_property
    def _result(self):
        counts = (0, 0, 0)
        for _level, _logger, text in self.records:
            if match := RESULT.search(text):
                counts = tuple(map(int, match.groups()))
        return counts

    @cached_property
    def skipped(self):
        """``["TestSale.test_tour : Chrome executable not found"]``"""
        return [
            text[8:]
            for level, _, text in self.records
            if level == "INFO" and text.startswith("skipped ")
        ]

    @cached_property
    def run_by_addon(self):
        """How many tests of each module ran: ``{"hr_control_base": 12}``."""
        loggers = (logger for _, logger, text in self.records if STARTING.match(text))
        return Counter(
            logger.split(".")[2] for logger in loggers if logger.startswith("odoo.addons.")
        )

    @cached_property
    def without_demo(self):
        """Modules whose demo data failed: Odoo installs them all the same and only warns."""
        return [match[1] for _, _, text in self.records if (match := DEMO_FAILED.match(text))]

    @cached_property
    def errors(self):
        """Text of everything logged as an error."""
        found = [
            text
            for level, _, text in self.records
            if level in ("ERROR", "CRITICAL") and not RESULT.search(text)
        ]
        if self.code and not found:  # died before it could log: the end says why
            found = ["\n".join(text for *_, text in self.records[-15:])]
        return found

    @cached_property
    def warnings(self):
        """Distinct warnings, core's own left out."""
        texts = (text for level, _, text in self.records if level == "WARNING")
        return list(dict.fromkeys(text for text in texts if not NOISE.search(text)))

    def report(self, show_warnings=True):
        """Print what went wrong, briefly, and where the whole log is."""
        for text in self.errors[:20]:
            lines = text.splitlines()
            print(
                "\n".join([*lines[:10], "    ...", *lines[-40:]] if len(lines) > 55 else lines),
                "\n",
            )
        if len(self.errors) > 20:
            print(f"... and {len(self.errors) - 20} more errors")
        if show_warnings:
            for text in self.warnings[:10]:
                print("WARNING", text.splitlines()[0][:300])
        for text in self.skipped:
            print("skipped", text)
        print(
            f"{self.run} tests, {self.failed} failed, {len(self.skipped)} skipped; log: {self.log}"
        )

    def check(self):
        """:raises OdooFailed: the process failed; why is printed"""
        if self.code:
            self.report()
            raise OdooFailed(f"Odoo failed (exit code {self.code}); its log is {self.log}")
        return self
