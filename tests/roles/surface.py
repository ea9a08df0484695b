"""What our add-ons offer to clients, read from the running registry. Runs inside ``odoo shell``; see ``read``."""

import json
from pathlib import Path
from types import FunctionType


def describe(env, addons):
    """:return: models that we define or extend, with the public methods of ours; our HTTP routes"""
    return {"models": _models(env, addons), "routes": _routes(env, addons)}


def _models(env, addons):
    found = {}
    for name, model_class in env.registry.items():
        ours = model_class._original_module in addons
        methods = {
            method: module
            for cls in reversed(model_class.mro())
            if _counts_for(env, name, cls, addons)
            for method, value in vars(cls).items()
            if isinstance(value, FunctionType)
            and (module := _module(value)) in addons
            and _is_public(env[name], method)
        }
        if ours or methods:
            kind = "abstract" if model_class._abstract else "stored"
            found[name] = {
                "module": model_class._original_module,
                "ours": ours,
                "kind": "transient" if model_class._transient else kind,
                "methods": methods,
                "others": _others(env, name, methods) if ours else {},
            }
    return found


def _counts_for(env, name, cls, addons):
    """What we add to a mixin of Odoo counts for the mixin alone: it has hundreds of heirs."""
    origin = getattr(cls, "_name", None) or name
    return origin == name or env.registry[origin]._original_module in addons


def _others(env, name, methods):
    """Public methods that come from Odoo, with the number of arguments that they need besides the record."""
    model_class = type(env[name])
    return {
        method: len(function.__code__.co_varnames[1 : function.__code__.co_argcount])
        - len(function.__defaults__ or ())
        for method in dir(model_class)
        if method not in methods
        and isinstance(function := getattr(model_class, method), FunctionType)
        and _is_public(env[name], method)
    }


def _is_public(model, method):
    from odoo.exceptions import AccessError
    from odoo.service.model import get_public_method

    try:
        return bool(get_public_method(model, method))
    except AccessError:
        return False


def _module(function):
    parts = (function.__module__ or "").split(".")
    return parts[2] if parts[:2] == ["odoo", "addons"] else None


def _routes(env, addons):
    found = {}
    for rule in env["ir.http"].routing_map().iter_rules():
        module = _module(rule.endpoint.original_endpoint)
        if module in addons:
            found[rule.rule] = {"module": module, "auth": rule.endpoint.routing["auth"]}
    return found


def read(database, addons):
    """Run all this in a process of Odoo on ``database``."""
    from kit.process import run_odoo

    script = f"{Path(__file__).read_text()}\nprint(json.dumps(describe(env, {list(addons)!r})))"
    outcome = run_odoo(
        "shell", "-d", database, "--no-http", log=f"surface_{database}", script=script
    ).check()
    return json.loads(outcome.log.read_text().splitlines()[-1])
