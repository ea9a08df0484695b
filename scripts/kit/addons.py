"""Our add-ons: every folder in the root of the repository that has a manifest."""

import ast
import hashlib
from functools import cache

from .env import ROOT

# What a database does not keep: changing it needs no upgrade.
NOT_STORED = {"tests", "static", "readme", "__pycache__"}


@cache
def addons():
    """:return: ``{name: manifest}``, each after those that it depends on"""
    found = {
        path.parent.name: ast.literal_eval(path.read_text())
        for path in sorted(ROOT.glob("*/__manifest__.py"))
    }
    ordered = {}

    def visit(name):
        if name in found and name not in ordered:
            for dependency in found[name].get("depends", []):
                visit(dependency)
            ordered[name] = found[name]

    for name in found:
        visit(name)
    return ordered


def fingerprints():
    """:return: ``{add-on: hash of its code and data}``, to know what changed since a database was made"""
    return {name: _fingerprint(ROOT / name) for name in addons()}


def _fingerprint(folder):
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not NOT_STORED.intersection(inside.parts):
            total.update(f"{inside}\0".encode() + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]
