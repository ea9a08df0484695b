import logging

from odoo import api, models
from odoo.exceptions import UserError
from odoo.orm.models import MetaModel

_logger = logging.getLogger(__name__)

CLOSED_METHODS = ("create", "write", "unlink", "_search", "_fetch_query")


class IrModuleModule(models.Model):
    """Watches over the models of the control add-ons, from a model of Odoo that nobody replaces.

    A second add-on that declares one of their names, instead of inheriting it, replaces the class
    without a word: the table stays, the rules are gone. Such a model is closed, reading and writing,
    until the other add-on is removed; everything else keeps working. Refusing to load the whole
    database would also keep the administrator from removing it.
    """

    _inherit = "ir.module.module"

    def _register_hook(self):
        res = super()._register_hook()
        for name, (owner, other) in self._get_control_replaced_models().items():
            _logger.critical("Model %s of %s was replaced by %s and is closed", name, owner, other)
            self._close_control_model(self.env.registry[name], owner, other)
        return res

    def _unregister_hook(self):
        for model_class in self.env.registry.values():
            for method in vars(model_class).get("_control_closed", ()):
                delattr(model_class, method)
            if "_control_closed" in vars(model_class):
                del model_class._control_closed
        return super()._unregister_hook()

    @api.model
    def _get_control_modules(self):
        """Names of this add-on and of all installed ones that build on it."""
        base = self.sudo().search([("name", "=", "hr_control_base")])
        return set((base + base.downstream_dependencies()).mapped("name"))

    @api.model
    def _get_control_replaced_models(self):
        """:return: ``{model: (add-on that declared it, add-on that replaced it)}``"""
        registry = self.env.registry
        return {
            definition._name: (module, registry[definition._name]._original_module)
            for module in self._get_control_modules() & registry._init_modules
            for definition in MetaModel._module_to_models__.get(module, ())
            if definition._name not in definition._inherit
            and registry[definition._name]._original_module != module
        }

    @api.model
    def _close_control_model(self, model_class, owner, other):
        def refuse(records, *args, **kwargs):
            raise UserError(
                records.env._(
                    "%(model)s of the add-on %(owner)s was replaced by the add-on %(other)s, which declares the same "
                    "name. Its rules do not hold any more, so it is closed. Remove %(other)s, or have it inherit.",
                    model=records._name,
                    owner=owner,
                    other=other,
                )
            )

        model_class._control_closed = CLOSED_METHODS
        for method in CLOSED_METHODS:
            setattr(model_class, method, refuse)
