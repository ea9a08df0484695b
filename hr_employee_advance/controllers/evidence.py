from io import BytesIO

from werkzeug.exceptions import Conflict, Forbidden, NotFound

from odoo.exceptions import AccessError, UserError
from odoo.http import Controller, content_disposition, request, route


class Evidence(Controller):
    @route(
        [
            "/hr_employee_advance/evidence/<int:employee_id>",
            "/hr_employee_advance/evidence/<int:employee_id>/<string:form>",
        ],
        type="http",
        auth="user",
        methods=["GET"],
    )
    def download(self, employee_id, form=""):
        """The case of a person as a zip; ``unmasked`` for auditors."""
        employee_sudo = request.env["hr.employee"].sudo().browse(employee_id).exists()
        if not employee_sudo or form not in ("", "unmasked"):
            raise NotFound()
        # all companies of the user: the link carries no choice of them
        package = request.env["hr.employee.evidence"].with_context(
            allowed_company_ids=request.env.user.company_ids.ids
        )
        file = BytesIO()
        try:
            package._write_package(
                package.env["hr.employee"].browse(employee_id), file, form == "unmasked"
            )
        except AccessError as error:
            raise Forbidden(str(error)) from error
        except UserError as error:
            raise Conflict(str(error)) from error
        return request.make_response(
            file.getvalue(),
            [
                ("Content-Type", "application/zip"),
                ("Content-Disposition", content_disposition(f"case-{employee_id}.zip")),
            ],
        )

    @route(
        "/hr_employee_advance/evidence/kept/<int:clearance_id>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def download_kept(self, clearance_id):
        """The package that was kept when somebody was released by law, as it was that day."""
        clearance_sudo = request.env["hr.employee.clearance"].sudo().browse(clearance_id).exists()
        if not clearance_sudo.package_id:
            raise NotFound()
        try:
            clearance_sudo.sudo(False)._check_package_reader()
        except AccessError as error:
            raise Forbidden(str(error)) from error
        return request.make_response(
            clearance_sudo.package_id.raw,
            [
                ("Content-Type", "application/zip"),
                ("Content-Disposition", content_disposition(clearance_sudo.package_id.name)),
            ],
        )
