from odoo import api, models, tools

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG


class HrControlGuardedMixin(models.AbstractModel):
    """Fields that only the add-on's own code sets: state, verdicts, links to dossiers.

    A model names them in ``_control_guarded_fields``; the names of all its parents count too.
    Form, import, RPC, ``create`` and context defaults are refused alike; our code writes in sudo.
    """

    _name = "hr.control.guarded.mixin"
    _description = "Fields Closed to Clients"

    _control_guarded_fields = frozenset()
    # for models that are all ours: Odoo lets a client write what is computed and kept, such as a balance
    _control_guards_computed = False

    @api.model
    def _has_field_access(self, field, operation):
        if operation == "write" and not self.env.su and self._is_control_guarded(field.name):
            return False
        return super()._has_field_access(field, operation)

    def unlink(self):
        # The key is for uninstallation. A client who sends it would switch every check of deletion off.
        if (
            self.env.context.get(MODULE_UNINSTALL_FLAG)
            and not self.env["hr.control.dossier"]._is_control_uninstalling()
        ):
            self = self.with_context(**{MODULE_UNINSTALL_FLAG: False})
        return super().unlink()

    @api.model
    def _is_control_guarded(self, field_name):
        return field_name in self._get_control_guarded_fields()

    @api.model
    @tools.ormcache()
    def _get_control_guarded_fields(self):
        # the whole MRO: a model that lists its own fields must not open those of its parents
        names = frozenset().union(
            *(vars(cls).get("_control_guarded_fields", ()) for cls in type(self).__mro__)
        )
        if self._control_guards_computed:
            names |= {
                name
                for name, field in self._fields.items()
                if field.compute and field.store and field.readonly
            }
        return names
