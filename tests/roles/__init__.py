"""Who may do what, in tables tried over RPC by ``test_roles.py``.

A table stands in a file of ``tables``, named by its subject, as text in ``TABLE``: a line with the roles, a line for
each model, and below it the public methods. In a cell::

    -     denied: AccessError, and nothing has changed
    no    a rule refuses it with a sentence, and nothing has changed
    own   done with what is his (see ``RECORDS`` of the file), turned away from the rest
    yes   done with whatever his company has, turned away from other companies
    all   done, whatever company it is of
    .     nothing to try

Of a form to fill in (a wizard), *own* and *yes* tell what the user's own form may be about; forms of other users are
closed to everybody.

A row may name several methods, and after a colon the case: ``action_approve: his own request``. A new method needs
a row, a new model the rows *read*, *create*, *write* and *unlink*; from these four the tests know what Odoo's
other methods may do. Beside the table, by model or by model and row:

    RECORDS     ``make(scene, owner)``: id of a new record that is the owner's, ready for what its rows try
    VALUES      ``make(scene, owner)``: values to create one with; a form to fill in (a wizard) needs nothing else
    CHANGES     values that may be written to it
    ARGUMENTS   of a method, after the ids
    CALLS       ``call(scene, who, owner)``: arguments of a call that is not one on a record
    LOOKS       methods that only show something, besides ``action_open_`` and ``action_view_``
"""

from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules

from . import tables

# Roles: the groups that a user of the role has, besides those of every employee.
ROLES = {
    "portal": "a customer with access to the portal",
    "staff": "an employee without any group; stands in for the store manager",
    "sales": "a salesperson of the store",
    "store": "his manager, the store manager: sees all orders, releases up to 1,000",
    "head": "sales administrator",
    "credit": "credit controller: releases up to 10,000",
    "owner": "credit manager, without an authority rule: releases anything",
    "audit": "auditor",
    "control": "control manager",
    "books": "accountant",
    "goods": "warehouse",
    "finance": "finance of advances",
    "chief": "finance who also decides what is written off",
    "cashier": "cashier of advances",
    "rules": "who sets the rules of advances",
    "officer": "HR officer",
    "hr": "HR administrator",
    "abroad": "an employee of another company, without any group",
    "admin": "administrator, all these groups in one",
}
OPERATIONS = ("read", "create", "write", "unlink")
CELLS = {"-", "no", "own", "yes", "all", "."}


@dataclass(frozen=True)
class Row:
    """One line of a table for one method."""

    table: "Table" = field(repr=False)
    model: str
    method: str
    case: str
    cells: dict

    def __str__(self):
        return f"{self.model}.{self.method}" + (f": {self.case}" if self.case else "")

    @property
    def key(self):
        return self.model, f"{self.method}: {self.case}" if self.case else self.method

    @property
    def only_looks(self):
        return self.method in ("read", *self.table.looks) or self.method.startswith(
            ("action_open_", "action_view_")
        )


class Table:
    """The table of one subject."""

    def __init__(self, subject):
        self.path = f"tests/roles/tables/{subject}.py"
        module = import_module(f"{tables.__name__}.{subject}")
        self.rows = []
        for attribute in ("RECORDS", "VALUES", "CHANGES", "ARGUMENTS", "CALLS"):
            setattr(self, attribute.lower(), getattr(module, attribute, {}))
        self.looks = getattr(module, "LOOKS", ())
        self._read(module.TABLE)

    def _read(self, text):
        lines = [line for line in text.splitlines() if line.strip() and line[0] != "#"]
        roles = lines[0].split()
        assert set(roles) <= set(ROLES), f"{self.path}: unknown roles {set(roles) - set(ROLES)}"
        model = None
        for line in lines[1:]:
            if not line.startswith(" "):
                model = line.strip()
                continue
            words = line.split()
            label, cells = words[: -len(roles)], words[-len(roles) :]
            assert label and set(cells) <= CELLS, f"{self.path}: cannot read {line!r}"
            methods, _colon, case = " ".join(label).partition(": ")
            for method in methods.split():
                self.rows.append(
                    Row(self, model, method, case, dict(zip(roles, cells, strict=True)))
                )


TABLES = [Table(module.name) for module in iter_modules(tables.__path__)]
ROWS = [row for table in TABLES for row in table.rows]


def lookup(kind, *keys):
    """What the files say under the first of these keys, whichever of them it is; None if none does."""
    for key in keys:
        for table in TABLES:
            if key in getattr(table, kind):
                return getattr(table, kind)[key]
    return None
