import base64
import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_date

from ..tools import evidence

_logger = logging.getLogger(__name__)


class HrControlSeal(models.Model):
    """The heads of all dossiers of a company on one day, bound to the seal before and mailed out of the house.

    A head covers the whole chain of its dossier, so the list proves every event up to that night, against
    somebody who may change everything in this database.
    """

    _name = "hr.control.seal"
    _description = "Control Seal"
    _order = "day desc, id desc"
    _rec_name = "day"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    number = fields.Integer(string="No.", required=True, readonly=True, aggregator=None)
    day = fields.Date(required=True, readonly=True)
    made_at = fields.Datetime(string="Made", required=True, readonly=True)
    database_uuid = fields.Char(string="Database", required=True, readonly=True)
    dossier_count = fields.Integer(string="Dossiers", readonly=True, aggregator=None)
    event_count = fields.Integer(string="Events", readonly=True, aggregator=None)
    content = fields.Text(
        required=True, readonly=True, prefetch=False, help="The list that is hashed and mailed."
    )
    prev_hash = fields.Char(string="Hash Before", readonly=True)
    hash = fields.Char(required=True, readonly=True)
    file = fields.Binary(string="Seal File", compute="_compute_file")
    file_name = fields.Char(compute="_compute_file_name")
    delivery = fields.Char(compute="_compute_delivery")
    delivery_state = fields.Selection(
        [
            ("none", "Nobody to send to"),
            ("waiting", "Waiting"),
            ("failed", "Failed"),
            ("sent", "Sent"),
        ],
        compute="_compute_delivery",
    )

    _number_unique = models.UniqueIndex("(company_id, number)")
    _day_unique = models.UniqueIndex("(company_id, day)")

    def init(self):
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION hr_control_seal_protect() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'Control seals are a permanent record: % refused', TG_OP
                    USING ERRCODE = 'restrict_violation';
            END $$;
            DROP TRIGGER IF EXISTS hr_control_seal_protect ON hr_control_seal;
            CREATE TRIGGER hr_control_seal_protect BEFORE UPDATE OR DELETE ON hr_control_seal
                FOR EACH ROW EXECUTE FUNCTION hr_control_seal_protect();
            DROP TRIGGER IF EXISTS hr_control_seal_protect_all ON hr_control_seal;
            CREATE TRIGGER hr_control_seal_protect_all BEFORE TRUNCATE ON hr_control_seal
                FOR EACH STATEMENT EXECUTE FUNCTION hr_control_seal_protect();
            """
        )

    @api.depends("content", "hash")
    def _compute_file(self):
        for seal in self:
            seal.file = base64.b64encode(evidence.seal_file(seal.content).encode())

    @api.depends("company_id", "number", "day")
    def _compute_file_name(self):
        for seal in self:
            seal.file_name = f"seal-{seal.company_id.id}-{seal.number}-{seal.day}.json"

    @api.depends_context("lang")
    def _compute_delivery(self):
        # The mails are evidence and stay; they tell how far the seal got, so that no column here must ever change.
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", self._name), ("res_id", "in", self.ids)])
            .grouped("res_id")
        )
        states = dict(self._fields["delivery_state"]._description_selection(self.env))
        for seal in self:
            found = mails.get(seal.id, self.env["mail.mail"].sudo())
            sent = found.filtered(lambda mail: mail.state in ("sent", "received"))
            failed = found.filtered(lambda mail: mail.state in ("exception", "cancel"))
            seal.delivery_state = (
                "none"
                if not found
                else "failed"
                if failed
                else "sent"
                if sent == found
                else "waiting"
            )
            seal.delivery = (
                self.env._(
                    "%(sent)s of %(all)s sent, %(failed)s failed",
                    sent=len(sent),
                    all=len(found),
                    failed=len(failed),
                )
                if found
                else states["none"]
            )

    @api.depends("company_id", "day")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for seal in self:
            seal.display_name = f"{seal.company_id.name} {format_date(self.env, seal.day)}"

    @api.model_create_multi
    def create(self, vals_list):
        raise AccessError(self.env._("Seals are made by the system, once a night."))

    def write(self, vals):
        raise AccessError(self.env._("A seal cannot be changed by anybody."))

    def unlink(self):
        if not self:
            return True
        raise AccessError(self.env._("A seal cannot be deleted by anybody."))

    # ------------------------------------------------------------------
    # Sealing
    # ------------------------------------------------------------------

    @api.model
    def _cron_seal(self):
        """Seal each company once on its own day. Runs every hour: a company far away has another night, and a
        night when the server was off is made up for."""
        companies = self._get_companies_due()
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(companies))
        for company in companies:
            try:
                self.env["hr.control.dossier"]._get_waiting(company)._link_each(counted=False)
                self._seal(company)._send()
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Company %s could not be sealed", company.id)
            if not progress(1):
                break

    @api.model
    def _get_companies_due(self):
        """Companies not yet sealed on their day that have something to seal, or had."""
        self.env.cr.execute(
            """
            SELECT c.id, (SELECT max(day) FROM hr_control_seal s WHERE s.company_id = c.id)
            FROM res_company c
            WHERE EXISTS (SELECT FROM hr_control_seal s WHERE s.company_id = c.id)
               OR EXISTS (
                    SELECT FROM hr_control_dossier d JOIN hr_control_event e ON e.dossier_id = d.id
                    WHERE d.company_id = c.id
               )
            ORDER BY c.id
            """
        )
        last_days = dict(self.env.cr.fetchall())
        companies = self.env["res.company"].sudo().browse(last_days)
        return companies.filtered(
            lambda company: (
                not last_days[company.id] or last_days[company.id] < company._company_today()
            )
        )

    @api.model
    def _seal(self, company):
        """Make the seal of this company's day, if there is none yet.

        Dossiers without an event have nothing that could be lost; they are left out, or a company of
        100,000 customers would mail a list of nothing every night.
        """
        day = company._company_today()
        self.env.cr.execute(
            SQL(
                """
                SELECT number, hash, day FROM hr_control_seal WHERE company_id = %s ORDER BY number DESC LIMIT 1
                """,
                company.id,
            )
        )
        number, prev_hash, last_day = self.env.cr.fetchone() or (0, "", None)
        if last_day and last_day >= day:
            return self.browse()
        self.env.cr.execute(
            SQL(
                """
                SELECT id, kind, subject_model, subject_id, seq, head
                FROM hr_control_dossier WHERE company_id = %s AND seq > 0 ORDER BY id
                """,
                company.id,
            )
        )
        heads = [list(row) for row in self.env.cr.fetchall()]
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        content = evidence.seal_content(
            number + 1, company.id, day.isoformat(), uuid, prev_hash, heads
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO hr_control_seal (company_id, number, day, made_at, database_uuid, dossier_count,
                                             event_count, content, prev_hash, hash)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
                """,
                company.id,
                number + 1,
                day,
                fields.Datetime.now(),
                uuid,
                len(heads),
                sum(seq for *_subject, seq, _head in heads),
                content,
                prev_hash,
                evidence.digest(content),
            )
        )
        return self.sudo().browse(self.env.cr.fetchone()[0])

    # ------------------------------------------------------------------
    # Delivery
    # ------------------------------------------------------------------

    @api.model
    def _get_recipients(self, company):
        """``(partners, addresses)`` that receive the seals of a company."""
        auditors = self.env.ref("hr_control_base.group_control_auditor").sudo().all_user_ids
        auditors = auditors.filtered(
            lambda user: user.active and user.email and company in user.company_ids
        )
        address = company.sudo().control_seal_email
        return auditors.partner_id, [address] if address else []

    def _send(self):
        """Mail the seal with its list: one mail per reader, in his language, kept as evidence of the delivery."""
        for seal in self:
            partners, addresses = self._get_recipients(seal.company_id)
            # the nightly job has no language of its own
            outside = seal.with_context(lang=seal.company_id.partner_id.lang or self.env.lang)
            if not partners and not addresses:
                continue
            attachment = self.env["ir.attachment"].create(
                {
                    "name": seal.file_name,
                    "raw": evidence.seal_file(seal.content).encode(),
                    "mimetype": "application/json",
                    "res_model": self._name,
                    "res_id": seal.id,
                }
            )
            self.env["mail.mail"].sudo().create(
                [
                    {
                        **seal.with_context(lang=partner.lang or self.env.lang)._prepare_mail_vals(
                            attachment
                        ),
                        "recipient_ids": partner.ids,
                    }
                    for partner in partners
                ]
                + [
                    {**outside._prepare_mail_vals(attachment), "email_to": address}
                    for address in addresses
                ]
            )
        if self:
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _prepare_mail_vals(self, attachment):
        self.ensure_one()
        company = self.company_id
        day = format_date(self.env, self.day)
        body = self.env._(
            "Attached is seal %(number)s of the control record of %(company)s for %(day)s: %(dossiers)s dossiers with "
            "%(events)s events. Keep this mail: with it you can show later whether anything was altered or removed, "
            "under Control / Records / Verify and Export.",
            number=self.number,
            company=company.name,
            day=day,
            dossiers=self.dossier_count,
            events=self.event_count,
        )
        return {
            "subject": self.env._(
                "Control seal %(day)s of %(company)s", day=day, company=company.name
            ),
            "body_html": Markup("<p>%s</p><p>SHA-256: <code>%s</code></p>") % (body, self.hash),
            "email_from": company.email_formatted or self.env.user.email_formatted,
            "attachment_ids": attachment.ids,
            "auto_delete": False,
            "model": self._name,
            "res_id": self.id,
        }
