from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import escape_psql

from ..tools.reasons import stated


class HrControlErase(models.TransientModel):
    """Erase what the record calls a person, and nothing else of it.

    Codes, figures and ids stay: they are what the company has to keep. The chain stays verifiable, because the
    payload holds only a salted digest of the names.
    """

    _name = "hr.control.erase"
    _description = "Erase Personal Data from the Control Record"

    partner_id = fields.Many2one("res.partner", string="Contact")
    user_id = fields.Many2one("res.users", context={"active_test": False})
    employee_id = fields.Many2one("hr.employee", context={"active_test": False})
    texts = fields.Text(
        string="Also Where a Text Contains",
        compute="_compute_texts",
        store=True,
        readonly=False,
        help="One name per line. Records written about somebody else may mention the person in their texts only.",
    )
    reason = fields.Text(help="For example: request of the person, with date and reference.")
    company_names = fields.Char(string="Companies", compute="_compute_company_names")
    dossier_count = fields.Integer(string="Dossiers Concerned", compute="_compute_counts")
    event_count = fields.Integer(string="Events Concerned", compute="_compute_counts")

    @api.depends("partner_id", "user_id", "employee_id")
    def _compute_texts(self):
        for wizard in self:
            people_sudo = (
                wizard.partner_id.sudo(),
                wizard.user_id.sudo(),
                wizard.employee_id.sudo(),
            )
            wizard.texts = "\n".join(
                dict.fromkeys(person.name for person in people_sudo if person.name)
            )

    def _compute_company_names(self):
        self.company_names = ", ".join(self.env.user.company_ids.mapped("name"))

    @api.depends("partner_id", "user_id", "employee_id", "texts")
    def _compute_counts(self):
        for wizard in self:
            found = wizard._find_events()
            wizard.dossier_count = len(found.keys() | set(wizard._find_dossiers()))
            wizard.event_count = sum(map(len, found.values()))

    def action_erase(self):
        self.ensure_one()
        if not self.env.user.has_group("hr_control_base.group_control_manager"):
            raise AccessError(self.env._("Only a control manager erases personal data."))
        if not stated(self.reason):
            raise UserError(
                self.env._("Say why the data is erased: the reason stays in the record.")
            )
        if not self._get_references():
            raise UserError(
                self.env._("Choose the contact, user or employee whose data is to be erased.")
            )
        count = self._erase()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if count else "warning",
                "message": self.env._("Names erased in %(count)s events.", count=count),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _erase(self):
        """:return: how many events lost their names"""
        Dossier = self.env["hr.control.dossier"].sudo()
        named = self._find_dossiers()
        dossiers = Dossier.browse(sorted(self._find_events().keys() | set(named)))
        dossiers._take_guard()
        dossiers._link()  # an event has to have its number before a later one can say that it was erased
        found = self._find_events()
        self.env.cr.execute(
            SQL(
                "UPDATE hr_control_event SET names = NULL, names_salt = NULL WHERE id = ANY(%s)",
                [event_id for events in found.values() for event_id, _seq in events],
            )
        )
        self.env.cr.execute(
            SQL("UPDATE hr_control_dossier SET name = NULL WHERE id = ANY(%s)", named)
        )
        dossiers.invalidate_recordset(["name", "display_name"], flush=False)
        self.env["hr.control.event"].invalidate_model(["names", "names_salt"], flush=False)
        self.env["hr.control.event"]._append(
            [
                {
                    "dossier": dossier,
                    "code": "names.erased",
                    "data": {
                        "seqs": sorted(seq for _event_id, seq in found.get(dossier.id, ())),
                        "count": len(found.get(dossier.id, ())),
                    },
                    "names": {"reason": stated(self.reason)},
                }
                for dossier in dossiers
            ]
        )
        dossiers._link()
        return sum(map(len, found.values()))

    # ------------------------------------------------------------------
    # Who is meant, and where the record names them
    # ------------------------------------------------------------------

    def _get_references(self):
        """``{model: ids}`` of everything that is this person. Extend it where an add-on's subject is a person too."""
        self.ensure_one()
        wizard_sudo = self.sudo().with_context(active_test=False)
        partners = wizard_sudo.partner_id | wizard_sudo.employee_id.work_contact_id
        users = wizard_sudo.user_id | wizard_sudo.employee_id.user_id | partners.user_ids
        partners |= users.partner_id
        employees = wizard_sudo.employee_id
        if users or partners:
            employees |= employees.search(
                Domain("user_id", "in", users.ids) | Domain("work_contact_id", "in", partners.ids)
            )
        references = {
            "res.partner": partners.ids,
            "res.users": users.ids,
            "hr.employee": employees.ids,
        }
        return {model: ids for model, ids in references.items() if ids}

    def _get_patterns(self):
        names = [line.strip() for line in (self.texts or "").splitlines() if line.strip()]
        return [f"%{escape_psql(name)}%" for name in names]

    def _get_reference_condition(self, model, res_id):
        """SQL: the two columns point at the person."""
        conditions = [
            SQL("(%s = %s AND %s = ANY(%s))", model, name, res_id, ids)
            for name, ids in self._get_references().items()
        ]
        return SQL("(%s)", SQL(" OR ").join(conditions)) if conditions else SQL("FALSE")

    def _find_dossiers(self):
        """Ids of the dossiers whose title names the person."""
        self.env.cr.execute(
            SQL(
                """
                SELECT d.id FROM hr_control_dossier d
                WHERE d.company_id = ANY(%s) AND d.name IS NOT NULL AND (%s OR d.name ILIKE ANY(%s::text[]))
                """,
                self.env.user.company_ids.ids,
                self._get_reference_condition(SQL("d.subject_model"), SQL("d.subject_id")),
                self._get_patterns(),
            )
        )
        return [dossier_id for (dossier_id,) in self.env.cr.fetchall()]

    def _find_events(self):
        """``{dossier id: [(event id, seq)]}`` of the events whose names mention the person."""
        references = self._get_references()
        uids = references.get("res.users", [])
        marks = [f"{model},{res_id}" for model, ids in references.items() for res_id in ids]
        self.env.cr.execute(
            SQL(
                """
                SELECT e.dossier_id, e.id, e.seq
                FROM hr_control_event e JOIN hr_control_dossier d ON d.id = e.dossier_id
                WHERE d.company_id = ANY(%s) AND e.names IS NOT NULL AND (
                    e.actor_uid = ANY(%s) OR e.real_uid = ANY(%s) OR %s OR %s AND e.code <> 'names.erased'
                    OR string_to_array(e.names->>'_ids', ' ') && %s::text[]
                    OR EXISTS (SELECT FROM jsonb_each_text(e.names) t WHERE t.value ILIKE ANY(%s::text[]))
                )
                ORDER BY e.dossier_id, e.id
                """,
                self.env.user.company_ids.ids,
                uids,
                uids,
                self._get_reference_condition(SQL("e.document_model"), SQL("e.document_id")),
                self._get_reference_condition(SQL("d.subject_model"), SQL("d.subject_id")),
                marks,
                self._get_patterns(),
            )
        )
        found = defaultdict(list)
        for dossier_id, event_id, seq in self.env.cr.fetchall():
            found[dossier_id].append((event_id, seq))
        return found
