"""The tests from outside, the folder tests/, by pytest against real servers.

Files whose names begin alike (``test_races_pool.py``, ``test_races_delivery.py``) are one group: they share what they
set up. Groups share nothing, so that they can run side by side.
"""

import subprocess
from itertools import groupby
from xml.etree import ElementTree

from .env import LOGS, ROOT
from .process import PYTHON

# They take longest, so they begin first.
LONGEST = ("roles", "paths", "races")


def groups():
    """``{"races": [path, ...]}``, in the order in which they should begin"""
    files = sorted((ROOT / "tests").rglob("test_*.py"), key=lambda path: (_stem(path), path))
    found = {stem: list(members) for stem, members in groupby(files, _stem)}
    first = [stem for stem in LONGEST if stem in found]
    return {stem: found[stem] for stem in dict.fromkeys([*first, *found])}


def _stem(path):
    return path.stem.split("_")[1]


class OutsideOutcome:
    """The end of a run of pytest, told like that of Odoo (see ``outcome.Outcome``)."""

    errors = ()
    run_by_addon = {}

    def __init__(self, name, files):
        self.log = LOGS / f"pytest_{name}.log"
        results = self.log.with_suffix(".xml")
        results.unlink(missing_ok=True)
        with self.log.open("w") as log:
            self.code = subprocess.run(
                [
                    *(PYTHON, "-m", "pytest", *map(str, files)),
                    *("-q", "-ra", "--tb=short", f"--junitxml={results}"),
                    *("-p", "no:cacheprovider"),
                ],
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        self.root = ElementTree.parse(results).getroot() if results.exists() else None

    def _sum(self, *keys):
        if self.root is None:
            return 0
        return sum(int(suite.get(key)) for suite in self.root.iter("testsuite") for key in keys)

    @property
    def run(self):
        return self._sum("tests")

    @property
    def failed(self):
        """How many tests failed, at least 1 when pytest did."""
        return self._sum("failures", "errors") or int(self.code != 0)

    @property
    def skipped(self):
        """Why tests were skipped, one reason for each."""
        if self.root is None:
            return []
        return [skip.get("message", "") for skip in self.root.iter("skipped")]

    @property
    def passed(self):
        return max(self.run - self.failed - len(self.skipped), 0)

    def report(self, show_warnings=True):
        print(self.log.read_text(errors="replace"))
