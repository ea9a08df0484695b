"""The demo database: made once, upgraded when an add-on changed, served in the foreground. See scripts/run."""

import os
import signal
import sys
import time

from . import database as db
from .addons import addons, fingerprints
from .builds import create_demo, remember, remembered
from .env import LOGS, ROOT
from .outcome import ends_plainly
from .process import Server, free_port, port_in_use, run_odoo

NAME = os.environ.get("DEMO_DB", "demo")


def say(text):
    print(f"\033[1m==>\033[0m {text}", file=sys.stderr, flush=True)


def prepare(name):
    """Make the demo database or bring it up to date."""
    if not db.exists(name):
        say(f"making the database {name} with demo data; this takes some minutes, once")
        started = time.time()
        create_demo(name)
        say(f"database {name} made in {time.time() - started:.0f} s")
        return
    before, now = remembered(name), fingerprints()
    if before is None:
        sys.exit(
            f"error: a database {name} is there and is not ours; choose another name: DEMO_DB=... make run"
        )
    new = [addon for addon in now if addon not in before]
    changed = [addon for addon in now if addon in before and before[addon] != now[addon]]
    if not new and not changed:
        return
    say(f"upgrading the database: {', '.join(new + changed)}")
    arguments = [
        *(["-i", ",".join(new)] if new else []),
        *(["-u", ",".join(changed)] if changed else []),
    ]
    outcome = run_odoo("-d", name, *arguments, "--stop-after-init", log=f"{name}_upgrade")
    if outcome.code:
        say(f"the database {name} could not be upgraded; DEMO_DB=another make run makes a new one")
    outcome.check()
    remember(name)


def serve(name, port):
    server = Server(name, "--max-cron-threads=1", "--db-filter", f"^{name}$", log="odoo", port=port)
    try:
        server.wait()
        print(
            f"\n    http://localhost:{port}\n\n{(ROOT / 'scripts' / 'demo_users.txt').read_text()}",
            flush=True,
        )
        say(f"Ctrl-C stops it. Log: {LOGS / 'odoo.log'}")
        code = server.process.wait()
        if code > 0:
            sys.exit(f"error: Odoo ended (exit code {code}); see {server.log}")
    finally:
        server.stop()


@ends_plainly
def main():
    def leave(*_signal):
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    port = os.environ.get("PORT", "8069")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        sys.exit(f"error: PORT={port} is not a port number")
    port = int(port)
    if not addons():
        sys.exit(f"error: no add-on (a folder with __manifest__.py) in {ROOT}")
    if port_in_use(port):
        sys.exit(
            f"error: port {port} is taken; stop what uses it (make stop, if it is ours) "
            f"or choose another: PORT={free_port()} make run"
        )
    try:
        with db.lock(NAME):
            prepare(NAME)
        serve(NAME, port)
    except KeyboardInterrupt:
        say("stopped; make stop ends PostgreSQL too")


if __name__ == "__main__":
    main()
