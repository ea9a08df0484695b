"""Clients that talk to a running Odoo the way people and programs do."""

import xmlrpc.client

import requests


class RpcError(Exception):
    """What the server answered instead. ``name`` is the class, such as ``odoo.exceptions.UserError``."""

    def __init__(self, error):
        data = error.get("data") or {}
        self.name = data.get("name", "")
        self.message = data.get("message") or error.get("message", "")
        self.debug = data.get("debug", "")
        super().__init__(f"{self.name}: {self.message}")


class Visitor:
    """A browser nobody has signed in with, such as a customer's who follows a link."""

    def __init__(self, url, timeout=120):
        self.url = url
        self.timeout = timeout
        self.http = requests.Session()

    def route(self, path, **params):
        """Call a route of type jsonrpc."""
        answer = self.http.post(
            self.url + path,
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=self.timeout,
        ).json()
        if "error" in answer:
            raise RpcError(answer["error"])
        return answer.get("result")

    def get(self, path, **kwargs):
        """A plain HTTP request in the same session."""
        return self.http.get(self.url + path, timeout=self.timeout, **kwargs)


class WebClient(Visitor):
    """The web client's own JSON-RPC, with a session. ``client.call("res.partner", "read", [7], ["name"])``"""

    def __init__(self, url, database, login="admin", password=None, timeout=120):
        super().__init__(url, timeout)
        self.info = self.route(
            "/web/session/authenticate",
            db=database,
            login=login,
            password=login if password is None else password,
        )
        self.uid = self.info["uid"]

    def call(self, model, method, *args, **kwargs):
        return self.route(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=list(args),
            kwargs=kwargs,
        )

    def button(self, model, method, ids, **kwargs):
        """A click on a button of a form or a list."""
        return self.route(
            "/web/dataset/call_button",
            model=model,
            method=method,
            args=[ids],
            kwargs=kwargs,
        )

    def api_key(self, password):
        """A key for the external API, made on the preferences; the password is asked for once more."""
        model = "res.users.apikeys.description"
        key = self.call(model, "create", [{"name": "Key", "duration": "1"}])
        check = self.call(model, "make_key", key)
        shown = self.call(
            "res.users.identitycheck",
            "run_check",
            [check["res_id"]],
            context={"password": password},
        )
        return shown["context"]["default_key"]


class XmlRpcClient:
    """The external API. ``client.call("res.partner", "search_read", [[]], {"limit": 1})``"""

    def __init__(self, url, database, login="admin", password=None):
        self.database = database
        self.password = login if password is None else password
        self.uid = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common").authenticate(
            database, login, self.password, {}
        )
        self.object = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object", allow_none=True)

    def call(self, model, method, args, kwargs=None):
        return self.object.execute_kw(
            self.database, self.uid, self.password, model, method, args, kwargs or {}
        )


class Json2Client:
    """The external API with a key, ``/json/2``. ``client.call("res.partner", "read", [7], fields=["name"])``"""

    def __init__(self, url, database, key, timeout=120):
        self.url = url
        self.timeout = timeout
        self.http = requests.Session()
        self.http.headers.update({"Authorization": f"bearer {key}", "X-Odoo-Database": database})

    def call(self, model, method, ids=(), **kwargs):
        answer = self.http.post(
            f"{self.url}/json/2/{model}/{method}",
            json={"ids": list(ids), **kwargs},
            timeout=self.timeout,
        )
        if answer.status_code != 200:
            raise RpcError({"data": answer.json()})
        return answer.json()
