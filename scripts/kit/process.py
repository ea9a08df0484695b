"""Processes of Odoo: commands that end, and servers that answer."""

import http.client
import socket
import subprocess
import sys
import time
from contextlib import suppress

from .env import LOGS, ROOT, environment
from .outcome import Outcome

PYTHON = sys.executable


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_in_use(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def run_odoo(*arguments, log, timeout=3600, script=None):
    """Run a command of Odoo to its end.

    :param log: name of the log file, without folder and ending
    :param script: Python text that ``shell`` runs
    :return: its :class:`Outcome`
    """
    path = LOGS / f"{log}.log"
    port = (
        []
        if arguments[0] in ("db", "i18n", "module", "shell")
        else ["--http-port", str(free_port())]
    )
    with path.open("w") as file:
        code = subprocess.run(
            [PYTHON, "-m", "odoo", *arguments, *port],
            cwd=ROOT,
            env=environment(),
            input=script or "",
            text=True,
            stdout=file,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
        ).returncode
    return Outcome(path, code)


def run_python(database, source, timeout=3600):
    """Run Python lines where ``env`` is the database as the superuser sees it; they commit themselves.

    :return: what they printed
    :raises RuntimeError: with the end of what they complained of
    """
    done = subprocess.run(
        [PYTHON, "-m", "odoo", "shell", "-d", database, "--no-http", "--log-level", "warn"],
        cwd=ROOT,
        env=environment(),
        input=source,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-4000:])
    return done.stdout


class Server:
    """A running Odoo on a free port. Leaves with ``stop()`` or at the end of a ``with`` block."""

    def __init__(self, database, *arguments, log=None, port=None):
        self.database = database
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = LOGS / f"{log or f'server_{database}_{self.port}'}.log"
        with self.log.open("w") as file:
            self.process = subprocess.Popen(
                [PYTHON, "-m", "odoo", "-d", database, "--http-port", str(self.port), *arguments],
                cwd=ROOT,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in the terminal is for us; we stop it in order
            )

    def wait(self, timeout=180):
        """Wait until the login page is there. :raises RuntimeError: the process ended or took too long"""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"Odoo ended at once; its log is {self.log}")
            if answers(self.port):
                return self
            time.sleep(0.2)
        self.stop()
        raise RuntimeError(f"Odoo did not answer within {timeout} s; its log is {self.log}")

    def stop(self):
        if self.process.poll() is not None:
            return
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(15)
            return
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self.wait()

    def __exit__(self, *_exception):
        self.stop()


def answers(port):
    """Whether an Odoo serves its login page on this port."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/web/login")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
