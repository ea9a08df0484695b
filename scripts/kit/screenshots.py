"""Pictures of a running Odoo, by headless Chromium, as its users see it.

    python -m kit.screenshots --database demo --url http://127.0.0.1:8069 li.sales /odoo/credit-accounts out.png
    python -m kit.screenshots --database demo --plan pictures.txt

A line of a plan is ``LOGIN WIDTH PATH FILE [SELECTOR ...]``: each element is clicked before the picture is
taken. ``text=...`` clicks the button of that text instead. Lines that begin with # are comments.
"""

import argparse
import base64
import itertools
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests
import websocket

from .client import WebClient

CHROMIUM = ("chromium", "google-chrome", "chromium-browser", "google-chrome-stable")
# The web client is there and nothing is being fetched or drawn any more.
READY = """
    document.readyState === 'complete'
    && !document.querySelector('.o_blockUI, .o_loading_indicator, .o_view_sample_data_loading')
    && (document.querySelector('.o_action_manager > *, .o_home_menu, #wrap')
        ? document.body.innerHTML.length + ':' + [...document.images].filter(image => !image.complete).length
        : false)
"""
CLICK = """
    ((selector) => {
        const seen = (element) => element && element.getClientRects().length;
        const found = selector.startsWith('text=')
            ? [...document.querySelectorAll('button, a, .nav-link, .dropdown-item')].filter(
                  (element) => element.textContent.trim() === selector.slice(5))
            : [...document.querySelectorAll(selector)];
        const element = found.find(seen);
        if (element) { element.click(); }
        return Boolean(element);
    })(%s)
"""


class Browser:
    """One Chromium without a window. ``with Browser() as browser: browser.sign_in(...)``"""

    def __init__(self):
        program = next(filter(None, map(shutil.which, CHROMIUM)), None)
        if not program:
            raise RuntimeError(f"none of {', '.join(CHROMIUM)} is installed")
        self.profile = tempfile.TemporaryDirectory(
            prefix="screenshots-", ignore_cleanup_errors=True
        )
        self.numbers = itertools.count(1)
        self.socket = None
        self.problems = []
        self.process = subprocess.Popen(
            [
                program,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                f"--user-data-dir={self.profile.name}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self):
        try:
            port_file = Path(self.profile.name) / "DevToolsActivePort"
            self._wait(lambda: port_file.exists() and port_file.read_text().count("\n"), "Chromium")
            port = port_file.read_text().splitlines()[0]
            pages = requests.get(f"http://127.0.0.1:{port}/json", timeout=10).json()
            page = next(page for page in pages if page["type"] == "page")
            self.socket = websocket.create_connection(page["webSocketDebuggerUrl"], timeout=60)
            for domain in ("Page", "Runtime", "Network"):
                self._send(f"{domain}.enable")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception):
        if self.socket:
            self.socket.close()
        self.process.terminate()
        self.process.wait()
        self.profile.cleanup()

    def sign_in(self, url, database, login, password=None):
        """Become this user by the session of a client; no form is filled in."""
        self.url = url
        session = WebClient(url, database, login, password).http.cookies["session_id"]
        self._send("Network.clearBrowserCookies")
        self._send("Network.setCookie", name="session_id", value=session, url=url)

    def move(self, zone):
        """The web client shows times in the browser's zone, not in the user's."""
        self._send("Emulation.setTimezoneOverride", timezoneId=zone)

    def resize(self, width, height=None):
        """A phone below 768 px, with touch as Odoo asks for it."""
        phone = width < 768
        height = height or (844 if phone else 900)
        self._send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if phone else 1,
            mobile=phone,
        )
        self._send("Emulation.setTouchEmulationEnabled", enabled=phone)

    def open(self, path):
        self._send("Page.navigate", url="about:blank")
        self._send("Page.navigate", url=self.url + path)
        self.settle()

    def click(self, selector):
        def clicked():
            return self.evaluate(CLICK % json.dumps(selector))

        self._wait(clicked, f"{selector} on {self.evaluate('location.href')}")
        self.settle()

    def evaluate(self, expression):
        answer = self._send("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    def settle(self):
        """Wait until the page has not changed for a while."""
        seen = []

        def quiet():
            seen.append(self.evaluate(READY))
            return len(seen) >= 4 and seen[-1] and len(set(seen[-4:])) == 1

        self._wait(quiet, f"the page {self.evaluate('location.href')}", pause=0.25)

    def picture(self, path):
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        data = self._send("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))
        return path

    def _send(self, method, **params):
        """Call the browser and wait for its answer; what goes wrong on the page meanwhile is kept."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            self._note(message)

    def _note(self, message):
        params = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            self.problems.append(params["exceptionDetails"].get("text", ""))
        elif message.get("method") == "Runtime.consoleAPICalled" and params["type"] == "error":
            self.problems.append(
                " ".join(str(argument.get("value", "")) for argument in params["args"])
            )

    def _wait(self, condition, what, timeout=60, pause=0.1):
        deadline = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{what} was not there within {timeout} s")
            time.sleep(pause)


def take(pictures, url, database, zone="Asia/Shanghai"):
    """:param pictures: ``[(login, width, path, file, selectors)]``, taken in this order"""
    signed_in = None
    with Browser() as browser:
        browser.move(zone)
        for login, width, path, file, selectors in pictures:
            if login != signed_in:
                browser.sign_in(url, database, login)
                signed_in = login
            browser.resize(width)
            browser.open(path)
            for selector in selectors:
                browser.click(selector)
            print(browser.picture(file))
            while browser.problems:
                print(f"  console: {browser.problems.pop(0)}", file=sys.stderr)


def read_plan(path):
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            login, width, where, file, *selectors = shlex.split(line)
            yield login, int(width), where, file, selectors


def main():
    parser = argparse.ArgumentParser(
        prog="python -m kit.screenshots",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--url", default="http://127.0.0.1:8069")
    parser.add_argument("--database", default="demo")
    parser.add_argument("--width", type=int, default=1400)
    parser.add_argument("--plan", type=Path, help="a file with one picture a line")
    parser.add_argument("picture", nargs="*", metavar="LOGIN PATH FILE [SELECTOR ...]")
    given = parser.parse_args()
    pictures = list(read_plan(given.plan)) if given.plan else []
    if given.picture:
        if len(given.picture) < 3:
            parser.error("LOGIN, PATH and FILE are needed")
        login, path, file, *selectors = given.picture
        pictures.append((login, given.width, path, file, selectors))
    if not pictures:
        parser.error("nothing to take: name a picture or a plan")
    try:
        take(pictures, given.url.rstrip("/"), given.database)
    except RuntimeError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
