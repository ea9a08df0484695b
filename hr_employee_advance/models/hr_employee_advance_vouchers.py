from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

SETTLING = ("partially_settled", "settled", "written_off", "post_departure")
PAPER_STATES = [
    ("none", "None asked"),
    ("waiting", "To check"),
    ("deficient", "Missing or refused"),
    ("complete", "Complete"),
]


class HrEmployeeAdvance(models.Model):
    """The papers of an advance: what its purpose demands, what is there, what finance says of it."""

    _inherit = "hr.employee.advance"

    voucher_ids = fields.One2many("hr.employee.advance.voucher", "advance_id", string="Vouchers")
    voucher_count = fields.Integer(compute="_compute_voucher_count")
    paper_state = fields.Selection(
        PAPER_STATES,
        string="State of Papers",
        compute="_compute_paper_state",
        store=True,
        index=True,
        help="Papers for the settlement are asked for from the first settlement on.",
    )
    paper_sentence = fields.Text(
        string="Papers Wanted", compute="_compute_paper_sentence", compute_sudo=True
    )

    @api.depends("voucher_ids")
    def _compute_voucher_count(self):
        counts = dict(
            self.env["hr.employee.advance.voucher"]._read_group(
                [("advance_id", "in", self.ids)], ["advance_id"], ["__count"]
            )
        )
        for advance in self:
            advance.voucher_count = counts.get(advance._origin, 0)

    @api.depends(
        "state",
        "request_state",
        "purpose_id.paper_ids.minimum",
        "purpose_id.paper_ids.stage",
        "purpose_id.paper_ids.active",
        "voucher_ids.state",
        "voucher_ids.stage",
        "voucher_ids.kind_id",
        "voucher_ids.checksum",
    )
    def _compute_paper_state(self):
        for advance in self.sudo():
            stages = advance._get_due_stages()
            vouchers = advance.voucher_ids.filtered(lambda v, stages=stages: v.stage in stages)
            if any(advance._get_paper_gaps(stage) for stage in stages):
                advance.paper_state = "deficient"
            elif any(voucher.state == "pending" for voucher in vouchers):
                advance.paper_state = "waiting"
            else:
                advance.paper_state = "complete" if vouchers else "none"

    @api.depends("paper_state", "voucher_ids.reason")
    @api.depends_context("lang")
    def _compute_paper_sentence(self):
        _ = self.env._
        for advance in self:
            sentences = []
            if gaps := advance._get_paper_gaps("request"):
                sentences.append(
                    _("With the request: %(papers)s.", papers=format_list(self.env, gaps))
                )
            if gaps := advance._get_paper_gaps("settlement"):
                sentences.append(_("To settle: %(papers)s.", papers=format_list(self.env, gaps)))
            advance.paper_sentence = "\n".join(sentences)

    def _get_due_stages(self):
        """Stages whose papers must be there by now."""
        self.ensure_one()
        if self.request_state in ("draft", "rejected", "auto_rejected", "cancelled"):
            return ()
        return ("request", "settlement") if self.state in SETTLING else ("request",)

    def _get_good_vouchers(self, kind):
        """Papers of this kind that are there and not refused."""
        self.ensure_one()
        return self.voucher_ids.filtered(
            lambda voucher: (
                voucher.kind_id == kind
                and voucher.checksum
                and voucher.state in ("pending", "valid")
            )
        )

    def _get_paper_gaps(self, stage):
        """What is still wanted for ``stage``, each in words; of a draft what its request has to bring.

        :return: list of texts, empty when nothing is wanted
        """
        self.ensure_one()
        _, gaps = self.env._, []
        for kind in self.purpose_id.paper_ids.filtered(lambda kind: kind.stage == stage):
            lacking = kind.minimum - len(self._get_good_vouchers(kind))
            if lacking > 0:
                gaps.append(_("%(paper)s (%(number)s more)", paper=kind.name, number=lacking))
        vouchers = self.voucher_ids.filtered(lambda voucher: voucher.stage == stage)
        for voucher in vouchers.filtered(lambda voucher: voucher.state in ("missing", "refused")):
            # another paper of its kind was counted above, any later one takes the place of a loose one
            replaced = voucher.kind_id.minimum > 0 or any(
                other.id > voucher.id and not other.kind_id and other.state in ("pending", "valid")
                for other in vouchers
            )
            if voucher.state == "missing" or not replaced:
                gaps.append(
                    _("%(paper)s (%(reason)s)", paper=voucher.name, reason=voucher.reason or "")
                )
        return gaps

    def _after_submitted(self):
        # EXTENDS: what was shown with the request is on record from that moment
        res = super()._after_submitted()
        self.sudo()._record_request_papers()
        return res

    def _record_request_papers(self):
        """A voucher for each file of the request, with its hash; files dropped since an earlier round go."""
        for advance in self:
            earlier = advance.voucher_ids.filtered(
                lambda v: v.stage == "request" and v.state == "pending"
            )
            known = {(voucher.kind_id.id, voucher.checksum): voucher for voucher in earlier}
            kept, values = self.env["hr.employee.advance.voucher"], []
            for paper in advance.paper_ids:
                for attachment in paper.attachment_ids:
                    key = (paper.kind_id.id, kept._get_digest(attachment.raw))
                    if key in known:
                        kept |= known[key]
                    else:
                        values.append(advance._prepare_request_voucher_vals(paper, attachment))
            dropped = (earlier - kept).filtered(lambda voucher: voucher.from_request)
            dropped.unlink()
            (earlier - dropped)._log_handed_in()
            kept.create(values)

    def _prepare_request_voucher_vals(self, paper, attachment):
        return {
            "advance_id": self.id,
            "stage": "request",
            "kind_id": paper.kind_id.id,
            "name": paper.kind_id.name,
            "file": attachment.datas,
            "file_name": attachment.name,
            "from_request": True,
        }

    def _ask_for_paper(self, name):
        """A paper that finance misses and nobody has entered, to be marked missing."""
        self.ensure_one()
        self.check_access("read")
        if not (name or "").strip():
            raise UserError(
                self.env._("Say which paper of %(advance)s is missing.", advance=self.name)
            )
        return (
            self.env["hr.employee.advance.voucher"]
            .sudo()
            .create(
                {
                    "advance_id": self.id,
                    "stage": "settlement",
                    "kind_id": False,
                    "name": name.strip(),
                }
            )
            .sudo(self.env.su)
        )

    def action_ask_for_paper(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for a Paper"),
            "res_model": "hr.employee.advance.voucher.mark",
            "view_mode": "form",
            "target": "new",
            "context": {"default_advance_id": self.id},
        }

    def action_acknowledge_papers(self):
        """Confirm to the employee in writing which papers were received, by name and SHA-256."""
        self.check_access("read")
        if not self.env.user.has_group("hr_employee_advance.group_advance_finance"):
            raise AccessError(self.env._("Receipt of papers is confirmed by finance."))
        self._check_not_own()
        template = self.env.ref("hr_employee_advance.mail_template_papers").sudo()
        for advance in self.sudo():
            received = advance.voucher_ids.filtered("checksum")
            if not received:
                raise UserError(
                    self.env._("No paper of %(advance)s was handed in.", advance=advance.name)
                )
            users, addresses = advance.employee_id._get_advance_contact()
            email_values = (
                {"recipient_ids": [fields.Command.link(users.partner_id.id)]}
                if users
                else {"email_to": ", ".join(address for address, _lang in addresses)}
            )
            # kept: it is the proof that the papers were taken over
            template.with_context(lang=advance.employee_id._get_advance_lang()).send_mail(
                advance.id,
                email_values=email_values | {"auto_delete": False},
                email_layout_xmlid="mail.mail_notification_light",
            )
            advance._append_advance_event(
                "advance.papers.acknowledged",
                {
                    "vouchers": [
                        {"id": v.id, "checksum": v.checksum, "state": v.state} for v in received
                    ]
                },
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The employee has it in writing now."),
            },
        }

    def action_add_voucher(self):
        """A new paper, for the camera of a phone."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Paper for %(advance)s", advance=self.name),
            "res_model": "hr.employee.advance.voucher",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {"default_advance_id": self.id},
        }

    def action_open_vouchers(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Vouchers of %(advance)s", advance=self.name),
            "res_model": "hr.employee.advance.voucher",
            "view_mode": "kanban,list,form",
            "domain": [("advance_id", "=", self.id)],
            "context": {"default_advance_id": self.id},
        }
