"""``make test``: every add-on alone, all of them together, and the tests from outside.

Jobs run two at a time, each on a database of its own:

- *alone*: an add-on on a copy of *bare*: install, its own tests, uninstall, reinstall;
- *together*: all add-ons on a copy of *full*: first what runs while they install, then, per add-on, the tests
  that want the whole system (tours among them);
- *demo*: the demo database as ``make run`` makes it;
- *outside*: the folder tests/ by pytest, against real servers, a group of files at a time.
"""

import fcntl
import os
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from . import builds
from . import database as db
from .addons import addons
from .env import LOGS, ROOT, STATE, connect
from .outside import OutsideOutcome, groups
from .process import run_odoo, run_python

# A skipped test is a test that nobody ran. These alone are no fault: the tool on Debian cannot do it.
SKIP_ALLOWED = ("unpatched", "patched Qt", "patched qt")
# Outside: the file with a real company's invoices is not ours to publish, so not every machine has it.
SKIP_ALLOWED_OUTSIDE = ("set RECEIVABLES_FILE",)


class Suite:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.skipped = 0
        self.problems = []
        self.run_by_addon = Counter()
        self.counting = Lock()
        self.started = time.time()

    def say(self, text):
        print(f"[{time.time() - self.started:5.0f} s] {text}", flush=True)

    def fail(self, text):
        with self.counting:
            self.failed += 1
        self.problems.append(text)
        self.say(f"FAILED {text}")

    def count(self, title, outcome, skips_allowed=SKIP_ALLOWED):
        """Add up one process. An error in its log is a failure, whatever its exit code.

        :param skips_allowed: words in the reasons of skips that are no fault; None when none is
        """
        with self.counting:
            self.passed += outcome.passed
            self.failed += outcome.failed
            self.skipped += len(outcome.skipped)
            self.run_by_addon.update(outcome.run_by_addon)
        self.say(
            f"{title}: {outcome.run} tests, {outcome.failed} failed, {len(outcome.skipped)} skipped"
        )
        if outcome.failed:
            self.problems.append(f"{title} ({outcome.log})")
        if outcome.errors or outcome.failed:
            outcome.report(show_warnings=False)
        if outcome.errors and not outcome.failed:
            self.fail(f"{title}: errors in the log ({outcome.log})")
        for skip in outcome.skipped:
            if skips_allowed is not None and not any(word in skip for word in skips_allowed):
                self.fail(f"{title}: skipped {skip}")

    def succeed(self, text):
        with self.counting:
            self.passed += 1
        self.say(text)

    # the jobs

    def alone(self, name):
        with db.temporary("bare", f"alone_{name}"[:48], self.say) as database:
            common = ("-d", database, "--stop-after-init")
            outcome = run_odoo(
                *common, "-i", name, "--test-tags", f"/{name}", log=f"alone_{name}_install"
            )
            self.count(f"{name} alone", outcome, skips_allowed=None)
            if outcome.code and name not in db.installed(database):
                return
            tables = db.tables_of(database, name)
            run_odoo("module", "uninstall", "-d", database, name, log=f"alone_{name}_uninstall")
            left = db.still_there(database, tables)
            if name in db.installed(database) or left:
                self.fail(f"{name}: uninstall left {', '.join(left) or 'the add-on installed'}")
            else:
                self.succeed(f"{name} leaves nothing behind")
            again = run_odoo(*common, "-i", name, log=f"alone_{name}_reinstall")
            if again.code or again.errors or name not in db.installed(database):
                again.report(show_warnings=False)
                self.fail(f"{name}: reinstall")
            else:
                self.succeed(f"{name} installs again")

    def at_install(self):
        """Install all add-ons on *full* with the tests that run meanwhile; the result is kept for the next jobs."""
        ready = builds.full_name()
        half_made = f"{ready}_half_made"
        db.drop(ready)
        db.drop(half_made)
        db.copy(db.template("full", self.say), half_made)
        tags = ",".join([*(f"/{name}" for name in addons()), "-post_install"])
        outcome = run_odoo(
            *("-d", half_made, "-i", ",".join(addons()), "--test-tags", tags, "--stop-after-init"),
            log="together_install",
        )
        self.count("together, while installing", outcome)
        if missing := set(addons()) - db.installed(half_made):
            raise RuntimeError(
                f"not installed on full: {', '.join(sorted(missing))}; see {outcome.log}"
            )
        # what browsers are sent, made once for all copies
        run_python(half_made, "env['ir.qweb']._pregenerate_assets_bundles(); env.cr.commit()")
        builds.finish(half_made, ready)

    def post_install(self, name):
        database = db.copy(builds.full_name(), db.unique_name(f"together_{name}"[:48]))
        try:
            outcome = run_odoo(
                *("-d", database, "--test-tags", f"/{name},-at_install", "--stop-after-init"),
                *("--screenshots", str(LOGS / "screenshots")),
                log=f"together_{name}",
            )
            self.count(f"{name} together", outcome)
        finally:
            db.drop(database)

    def demo(self):
        name = builds.demo_name()
        with db.lock(name):  # the tests from outside wait for it
            db.drop(name)
            outcome = builds.create_demo(name)
        if outcome.without_demo or outcome.errors:
            outcome.report(show_warnings=False)
            self.fail(
                f"demo data of {', '.join(outcome.without_demo) or 'some add-on'}; see {outcome.log}"
            )
        else:
            self.succeed("demo data loads")

    def outside(self, name, files):
        outcome = OutsideOutcome(name, files)
        self.count(f"outside, {name}", outcome, SKIP_ALLOWED_OUTSIDE)
        if not outcome.run:
            self.fail(f"outside, {name}: no test ran")

    # the order

    def guarded(self, job, *arguments):
        try:
            job(*arguments)
        except Exception as error:  # one broken job must not hide the others
            self.fail(f"{job.__name__} {arguments[0] if arguments else ''}: {error!r}")

    def run(self):
        alone = [(self.alone, name) for name in addons()]
        with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            first, *rest = [
                pool.submit(self.guarded, *job)
                for job in [(self.at_install,), *alone, (self.demo,)]
            ]
            first.result()
            if db.exists(builds.full_name()):
                jobs = [(self.post_install, name) for name in addons()]
                jobs += [(self.outside, *group) for group in groups().items()]
                rest += [pool.submit(self.guarded, *job) for job in jobs]
            else:
                self.say("outside: left out, the add-ons do not install")
            for future in rest:
                future.result()
        for name in addons():
            if not self.run_by_addon[name]:
                self.fail(f"{name}: no test ran")
        return self.close()

    def close(self):
        builds.drop_outdated()
        minutes, seconds = divmod(int(time.time() - self.started), 60)
        print(
            f"\ntests in {minutes} min {seconds} s, per add-on:",
            dict(sorted(self.run_by_addon.items())),
        )
        for problem in self.problems:
            print(f"  failed: {problem}")
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        print(f"{self.passed} passed, {self.failed} failed{skipped}", flush=True)
        return int(self.failed > 0 or not self.passed)


def main():
    with open(STATE / "test.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit("error: make test runs in this checkout already")
        if not addons():
            sys.exit(f"error: no add-on (a folder with __manifest__.py) in {ROOT}")
        connect().close()
        sys.exit(Suite().run())


if __name__ == "__main__":
    main()
