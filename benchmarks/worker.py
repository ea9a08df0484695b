"""The near end of a process that runs inside Odoo: see inside.py."""

import json
import subprocess
from pathlib import Path

from kit.env import LOGS, environment, options
from kit.process import PYTHON


class Worker:
    """A process of Odoo on one database, to be used in a ``with`` block."""

    def __init__(self, database, addons=None):
        """:param addons: one more folder of add-ons"""
        folders = [options()["addons_path"], *([str(addons)] if addons else [])]
        inside = Path(__file__).with_name("inside.py")
        settings = ["-d", database, "--addons-path", ",".join(folders), "--log-level", "warn"]
        self.log = LOGS / f"{database}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [PYTHON, inside, *settings],
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def call(self, name, **arguments):
        """:return: ``{"value", "seconds", "queries"}``"""
        request = {"call": name, "arguments": arguments}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self._read()

    def _read(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"Odoo ended; its log is {self.log}")
        return json.loads(line)

    def __enter__(self):
        self._read()
        return self

    def __exit__(self, *_exception):
        self.process.stdin.close()
        self.process.wait()
