"""One call over RPC: what it is made of, and how it ends."""

from dataclasses import dataclass

from kit.client import RpcError

from . import lookup

OUTCOMES = {
    "AccessError": "denied",
    "UserError": "refused",
    "ValidationError": "refused",
    "MissingError": "refused",
}
# How Odoo's sentences about rights begin.
ACCESS = ("You are not allowed", "Uh-oh!")


@dataclass
class Attempt:
    """``who`` calls ``method`` on what is the ``owner``'s. A form is filled in by its author."""

    row: object
    who: object
    owner: object
    expected: set
    method: str
    author: object

    def __str__(self):
        whose = "his own" if self.owner is self.who else f"that of {self.owner}"
        form = f" in a form of {self.author}" if self.author is not self.who else ""
        return f"{self.who}, {whose}, {self.method}{form}"


def get_outcome(call):
    """:return: ``denied``, ``refused``, ``done`` or ``crashed``, and what the server said"""
    try:
        answer = call()
    except RpcError as error:
        outcome = OUTCOMES.get(error.name.rpartition(".")[2], "crashed")
        return outcome, f"{error.name}: {error.message}"
    if isinstance(answer, dict) and "ids" in answer and not answer["ids"]:  # an import
        first = answer["messages"][0]["message"]
        return "denied" if first.startswith(ACCESS) else "refused", first
    return "done", answer


def open_route(client, path):
    answer = client.get(path, allow_redirects=False)
    if answer.status_code == 200:
        return answer.headers
    name = "AccessError" if answer.status_code in (401, 403, 404) else "HTTPError"
    raise RpcError({"data": {"name": name, "message": str(answer.status_code)}})


class Maker:
    """Makes the calls of one row."""

    def __init__(self, scene, row, is_form):
        self.scene, self.row, self.is_form = scene, row, is_form

    def get_call(self, attempt):
        """The call, ready to be made; None where the owner's company has nothing to try it on.

        Whoever may not even fill in the form, or make what he wants to try, has got his answer.
        """
        try:
            arguments = self._get_arguments(attempt)
        except RpcError as error:
            if error.caller is not attempt.who.client:
                raise
            return self._raiser(error)
        if arguments is None:
            return None
        client = attempt.who.client
        if self.row.model == "routes":
            return lambda: open_route(client, arguments)
        return lambda: client.call(self.row.model, attempt.method, *arguments)

    def _raiser(self, error):
        def call():
            raise error

        return call

    def _get_arguments(self, attempt):
        if special := lookup("calls", self.row.key):
            return special(self.scene, attempt.who, attempt.owner)
        if attempt.method == "get_views":
            return [[[False, "list"], [False, "form"]]]
        if attempt.method == "name_create":
            return ["Forged"]
        if self.row.method == "create" and attempt.method != "copy":
            return self._get_making(attempt)
        record = self._get_record(attempt)
        if record is None:
            return None
        if attempt.method == "search_read":
            return [[["id", "=", record]], ["id"]]
        if attempt.method == "export_data":
            return [[record], ["display_name"]]
        if self.row.method == "write":
            return self._get_changing(attempt, record)
        return [[record], *(lookup("arguments", self.row.key) or [])]

    def _get_making(self, attempt):
        # what is really made has to be new; what is refused never is
        is_new = "done" in attempt.expected and not self.is_form
        values = self._get_values(attempt.owner, is_new)
        if values is None:
            return None
        if attempt.method == "load":
            return self._get_sheet(values)
        return [[], values, {}] if attempt.method == "web_save" else [[values]]

    def _get_changing(self, attempt, record):
        values = lookup("changes", self.row.key, self.row.model) or {}
        values = values(self.scene, attempt.owner) if callable(values) else values
        if attempt.method == "load":
            return self._get_sheet({".id": record, **values})
        return [[record], values, {}] if attempt.method == "web_save" else [[record], values]

    def _get_sheet(self, values):
        """The same as the columns and the row of a spreadsheet; other records by their id."""
        names = [
            f"{name}/.id" if name.endswith("_id") and isinstance(value, int) else name
            for name, value in values.items()
        ]
        return [names, [[str(value) for value in values.values()]]]

    def _get_values(self, owner, is_new=False):
        make = lookup("values", self.row.model)
        if not make:
            return {}
        return make(self.scene, owner) if is_new else self.scene.get(make, owner)

    def _get_record(self, attempt):
        if make := lookup("records", self.row.key, self.row.model):
            return self.scene.get(make, attempt.owner)
        assert lookup("values", self.row.model), (
            f"{self.row.table.path} needs RECORDS for {self.row.model}"
        )
        if "done" in attempt.expected and not self.row.only_looks:
            return self._fill_in(attempt)
        key = self.row.model, attempt.author.role, attempt.owner.role
        return self.scene.keep(key, lambda: self._fill_in(attempt))

    def _fill_in(self, attempt):
        """A form filled in by its author, or by somebody else where he may not."""
        values = [self._get_values(attempt.owner)]
        if values == [None]:
            return None
        try:
            return attempt.author.client.call(self.row.model, "create", values)[0]
        except RpcError:
            if attempt.author is attempt.who and attempt.expected != {"denied"}:
                raise
        other = self.scene["deputy"] if attempt.owner.home is self.scene else attempt.owner
        return other.client.call(self.row.model, "create", values)[0]
