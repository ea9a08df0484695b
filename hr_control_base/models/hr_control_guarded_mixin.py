from odoo import api, models, tools


class HrControlGuardedMixin(models.AbstractModel):
    """Fields that only the add-on's own code sets: state, verdicts, links to dossiers.

    A model names them in ``_control_guarded_fields``; the names of all its parents count too.
    Form, import, RPC, ``create`` and context defaults are refused alike; our code writes in sudo.
    """

    _name = "hr.control.guarded.mixin"
    _description = "Fields Closed to Clients"

    _control_guarded_fields = frozenset()

    @api.model
    def _has_field_access(self, field, operation):
        if operation == "write" and not self.env.su and self._is_control_guarded(field.name):
            return False
        return super()._has_field_access(field, operation)

    @api.model
    def _is_control_guarded(self, field_name):
        return field_name in self._get_control_guarded_fields()

    @api.model
    @tools.ormcache()
    def _get_control_guarded_fields(self):
        # the whole MRO: a model that lists its own fields must not open those of its parents
        return frozenset().union(
            *(vars(cls).get("_control_guarded_fields", ()) for cls in type(self).__mro__)
        )
