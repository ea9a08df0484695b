from odoo import api, fields, models
from odoo.exceptions import UserError


class HrControlApprovalMixin(models.AbstractModel):
    """A document that other people approve.

    The document says what is asked (title, figures), who may decide (levels) and what follows
    from the decision. Who may decide in the end, once, in time and in whose place, is the
    business of ``hr.control.approval`` alone. Hooks run in sudo, with the acting user as ``env.user``.
    """

    _name = "hr.control.approval.mixin"
    _description = "Document to Approve"
    _inherit = ["hr.control.guarded.mixin"]

    _control_guarded_fields = frozenset({"approval_id"})

    approval_id = fields.Many2one(
        "hr.control.approval",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    approval_state = fields.Selection(related="approval_id.state", string="Approval Status")

    # What the document tells -------------------------------------------------------------------

    def _get_approval_title(self):
        """What is asked, in a line that a mail subject can hold."""
        self.ensure_one()
        return self.display_name

    def _get_approval_figures(self):
        """What has to be known to decide, in the reader's language: ``[(label, text)]``."""
        return []

    def _get_approval_remarks(self):
        """Like the figures, for whoever decides: not kept, and never shown to those whom the request concerns."""
        return []

    def _get_approval_company(self):
        self.ensure_one()
        return self.company_id

    def _get_approval_dossier(self):
        """The dossier whose guard serialises the decision and whose chain records it."""
        raise NotImplementedError

    def _get_approval_guards(self):
        """Dossiers guarded together with that one, where the approval itself may raise the risk of others."""
        return self.env["hr.control.dossier"]

    def _get_approval_hours(self):
        """Hours that a level has to decide; None for what the company has set."""
        return None

    def _get_approval_levels(self):
        """Who may decide, nearest level first.

        :return: dicts of ``code``, ``label``, ``users``, ``able`` (default True) and, when not able,
            ``reason``: a sentence that says why
        """
        return []

    def _get_approval_mode(self):
        """``first``: the first able level decides, the others stand by. ``all``: each level in turn."""
        return "first"

    def _get_approval_minimum(self):
        """How many different persons have to approve at least; 2 for a rule of four eyes on top of the requester's."""
        return 1

    def _get_approval_excluded_users(self):
        """Users besides the requester whom it concerns, such as the employee an advance is for: they never decide."""
        return self.env["res.users"]

    def _check_approval(self, user):
        """Called under the guard before an approval in the name of ``user``, to check again what may have moved.

        :raises UserError: it cannot be approved as it stands
        """

    def _after_level_approved(self, approval, step):
        """Called under the guard when one level has approved and others still have to."""

    def _after_approved(self, approval):
        """Called under the guard, within the transaction of the last approval."""

    def _after_refused(self, approval, reason):
        """Called under the guard, within the transaction of the refusal."""

    def _after_withdrawn(self, approval):
        """Called when the requester took the request back, or the document voided it."""

    # What the document does --------------------------------------------------------------------

    def _submit_approval(self, reason):
        """Ask for approval in the name of the current user.

        :return: the request, in sudo
        :raises UserError: one is pending already, or nobody can decide, listing every level and why
        """
        self.ensure_one()
        record_sudo = self.sudo()
        record_sudo._get_approval_dossier()._take_guard()
        record_sudo.invalidate_recordset(["approval_id"])
        if record_sudo.approval_id.state == "pending":
            raise UserError(
                self.env._(
                    "%(request)s waits for approval already. Withdraw it before asking again.",
                    request=record_sudo.approval_id.name,
                )
            )
        approval_sudo = self.env["hr.control.approval"].sudo()._submit(record_sudo, reason)
        record_sudo.approval_id = approval_sudo
        return approval_sudo

    def _void_approval(self, reason):
        """End pending requests of documents that changed or fell away, without anybody's decision."""
        self.sudo().approval_id.filtered(lambda approval: approval.state == "pending")._void(reason)

    def action_open_approval(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "hr.control.approval",
            "res_id": self.approval_id.id,
            "views": [(False, "form")],
        }

    @api.ondelete(at_uninstall=True)
    def _unlink_void_approval(self):
        # also at uninstall: otherwise requests stay open that nobody can decide
        self._void_approval(self.env._("The document was deleted."))
