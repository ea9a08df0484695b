from odoo.exceptions import AccessError, UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

MODELS = {
    "confirmation": "hr.employee.advance.confirmation",
    "acknowledgement": "hr.employee.advance.acknowledgement",
}
PAGE = "/my/advance-papers/<string:kind>/<int:paper_id>"


class AdvancePapers(CustomerPortal):
    """Where an employee signs: as his own user, or by the link that was mailed to him."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "advance_paper_count" in counters:
            values["advance_paper_count"] = len(self._get_own_papers())
        return values

    def _get_own_papers(self):
        """What waits for the user's own signature, in sudo."""
        return [
            paper
            for model in MODELS.values()
            for paper in request.env[model]
            .sudo()
            .search([("employee_id.user_id", "=", request.env.uid), ("state", "=", "asked")])
        ]

    @route("/my/advance-papers", type="http", auth="user", website=True)
    def list_papers(self, **_more):
        return request.render(
            "hr_employee_advance.portal_papers",
            {"papers": self._get_own_papers(), "page_name": "advance_papers"},
        )

    @route(PAGE, type="http", auth="public", website=True)
    def show_paper(self, kind, paper_id, access_token=None, **_more):
        paper = self._find_paper(kind, paper_id)
        try:
            way = paper and paper._get_signing_way(access_token)
        except AccessError:
            way = None
        if not way:
            return self._show_ended()
        return self._show(paper, way, access_token)

    @route(f"{PAGE}/sign", type="jsonrpc", auth="public", website=True)
    def sign_paper(self, kind, paper_id, access_token=None, name=None, signature=None):
        token = access_token or request.httprequest.args.get("access_token")
        paper = self._find_paper(kind, paper_id)
        if not paper:
            return {"error": request.env._("There is nothing to sign here.")}
        try:
            # whole or not at all: what is refused half-way would be committed with the answer
            with request.env.cr.savepoint():
                paper._sign("confirmed", token, name, signature)
        except (AccessError, UserError) as error:
            return {"error": str(error)}
        return {"force_refresh": True, "redirect_url": "/my/advance-papers/thanks"}

    @route(f"{PAGE}/dispute", type="http", auth="public", methods=["POST"], website=True)
    def dispute_paper(self, kind, paper_id, access_token=None, reason=None, name=None, **_more):
        paper = self._find_paper(kind, paper_id)
        if not paper:
            return self._show_ended()
        try:
            with request.env.cr.savepoint():
                paper._sign("disputed", access_token, name=name, reason=reason)
        except AccessError:
            return self._show_ended()
        except UserError as error:
            return self._show(
                paper, paper._get_signing_way(access_token), access_token, error=str(error)
            )
        return request.redirect("/my/advance-papers/thanks")

    @route("/my/advance-papers/thanks", type="http", auth="public", website=True)
    def show_thanks(self, **_more):
        return request.render("hr_employee_advance.portal_paper_thanks")

    def _show_ended(self):
        return request.render("hr_employee_advance.portal_paper_ended", status=403)

    def _find_paper(self, kind, paper_id):
        """The paper as the visitor's own user, whose way to sign the model decides on; None if there is none."""
        if kind not in MODELS or paper_id >= 2**31:  # no number of the database
            return None
        return request.env[MODELS[kind]].sudo().browse(paper_id).exists().sudo(False) or None

    def _show(self, paper, way, token, error=None):
        paper_sudo = paper.sudo()
        lang = request.env.context.get("lang")
        if way == "link":
            lang = paper_sudo.employee_id._get_advance_lang()
        page = request.render(
            "hr_employee_advance.portal_paper",
            {
                "paper": paper_sudo.with_context(lang=lang),
                "token": token if way == "link" else None,
                "sign_url": paper._get_page_url()
                + "/sign"
                + (f"?access_token={token}" if way == "link" else ""),
                "dispute_url": paper._get_page_url() + "/dispute",
                "error": error,
                "no_breadcrumbs": True,
                "page_name": "advance_papers",
            },
        )
        # its address may hold the token
        page.headers["Referrer-Policy"] = "no-referrer"
        return page
