import tempfile

from werkzeug.exceptions import Forbidden
from werkzeug.wsgi import wrap_file

from odoo import fields
from odoo.http import Controller, Response, content_disposition, request, route


class ControlExport(Controller):
    @route("/hr_control/export/<int:company_id>", type="http", auth="user", methods=["GET"])
    def export(self, company_id):
        """The record of one of the auditor's companies, for ``tools/evidence.py``."""
        user = request.env.user
        if (
            not user.has_group("hr_control_base.group_control_auditor")
            or company_id not in user.company_ids.ids
        ):
            raise Forbidden()
        company = request.env["res.company"].browse(company_id)
        # A record may be larger than memory. The response closes the file, when it has been sent.
        file = tempfile.TemporaryFile()  # noqa: SIM115
        request.env["hr.control.dossier"]._export(company, file)
        length = file.tell()
        file.seek(0)
        return Response(
            wrap_file(request.httprequest.environ, file),
            headers=[
                ("Content-Type", "application/zip"),
                ("Content-Length", length),
                (
                    "Content-Disposition",
                    content_disposition(f"control-record-{company_id}-{fields.Date.today()}.zip"),
                ),
            ],
            direct_passthrough=True,
        )
