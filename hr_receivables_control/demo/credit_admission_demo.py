import base64
from io import BytesIO

from PIL import Image, ImageDraw

from odoo import api, models
from odoo.fields import Command

# what li.sales found out about three new customers: nothing yet, enough to submit, enough to admit
NEW_CUSTOMERS = {
    "西安未央佳美装饰有限公司": {},
    "西安长安和居建材有限公司": {
        "vat": "91610112MA6UXC8K1T",
        "credit_legal_representative": "秦朗",
        "street": "科技路 8 号",
        "phone": "029-88761204",
        "contact": ("高远", "13909180214"),
        "account": "6222600260001072444",
        "card": "610104198505152140",
        "licence_days": 700,
    },
    "西安曲江雅苑装饰有限公司": {
        "vat": "91610116MA6WTL5N7E",
        "credit_legal_representative": "白桦",
        "street": "雁展路 1 号",
        "phone": "029-85511306",
        "contact": ("林溪", "13909181306"),
        "account": "6222600260001073333",
        "card": "610113197902031213",
        "licence_days": 20,
    },
}


class HrControlDemo(models.AbstractModel):
    """Customer files: those of before need none; three new customers, one at each stage."""

    _inherit = "hr.control.demo"

    @api.model
    def _make_credit(self):
        res = super()._make_credit()
        owner = self._get_demo_user("zhou")
        self._get_demo_company().with_user(owner).sudo().credit_admission_policy = "warn"
        self._make_customer_files()
        return res

    def _make_customer_files(self):
        files = [
            self._act(self._make_new_customer(name, facts), "li")
            for name, facts in NEW_CUSTOMERS.items()
        ]
        for file, facts in zip(files, NEW_CUSTOMERS.values(), strict=True):
            if facts:
                self._fill_file(file, facts)
                file.action_submit()
        admitted = files[-1]
        self._act(admitted, "sun").action_verify_all()
        self._act(admitted.sudo().approval_id, "wang").action_approve()
        admitted.sudo()._watch()

    def _make_new_customer(self, name, facts):
        """:return: the file that the new customer got"""
        values = {
            "name": name,
            "is_company": True,
            "customer_rank": 1,
            "company_id": self._get_demo_company().id,
            "user_id": self._get_demo_user("li").id,
            "city": "西安市",
            "country_id": self.env.ref("base.cn").id,
        }
        if facts:
            contact, phone = facts["contact"]
            bank = self.env["res.bank"].create({"name": "交通银行西安分行"})
            values |= {key: facts[key] for key in ("vat", "street", "phone")}
            values |= {
                "credit_legal_representative": facts["credit_legal_representative"],
                "child_ids": [Command.create({"name": contact, "phone": phone})],
                "bank_ids": [Command.create({"acc_number": facts["account"], "bank_id": bank.id})],
            }
        partner = self.env["res.partner"].create(values)
        return partner._get_credit_admissions(self._get_demo_company())

    def _fill_file(self, file, facts):
        """What the salesperson photographs and types in; the rest of the required papers with it."""
        photo = self._make_photo()
        for item in file.item_ids.filtered(lambda item: not item.is_on_customer):
            if not item.is_required:
                continue
            values = {"scan": photo, "scan_name": f"{item.kind}.png"}
            if item.needs_number:
                values["number"] = facts["card"] if item.kind == "legal_id" else "2026-017"
            if item.kind == "licence":
                values["expires_on"] = self._get_day(-facts["licence_days"])
            elif item.needs_expiry:
                values["expires_on"] = self._get_day(-1000)
            item.write(values)

    @api.model
    def _make_photo(self):
        image = Image.new("RGB", (480, 320), "#efe6cf")
        ImageDraw.Draw(image).text((200, 150), "SPECIMEN", fill="#8a6d3b")
        data = BytesIO()
        image.save(data, "PNG")
        return base64.b64encode(data.getvalue())
