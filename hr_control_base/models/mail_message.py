from odoo import api, models

SAID = frozenset({"author_id", "email_from", "body", "subject", "date"})


class MailMessage(models.Model):
    """On a case everybody speaks in his own name, and nobody changes the words of others.

    Odoo takes any author from a client, and lets whoever may write a document rewrite what was said there.
    """

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages._check_own_words("create")
        return messages

    def write(self, vals):
        if SAID & vals.keys():
            self._check_own_words("write")
        res = super().write(vals)
        if "author_id" in vals:
            self._check_own_words("write")
        return res

    def unlink(self):
        self._check_own_words("unlink")
        return super().unlink()

    def _check_own_words(self, operation):
        """:raises AccessError: words about a case that are not the user's own"""
        if self.env.su:
            return
        author = self.env.user.partner_id
        others = self.sudo().filtered(
            lambda message: (
                message.author_id != author
                and getattr(self.env.get(message.model), "_control_own_words", False)
            )
        )
        if others:
            raise self.env["ir.rule"]._make_access_error(operation, others.sudo(False))
