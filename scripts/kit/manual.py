"""Pictures of the manual, taken anew from a demo database that nobody has worked in.

    python -m kit.manual --database demo --url http://127.0.0.1:8069 [NAME ...]

Each is taken in Chinese and in English, into docs/images; users get their languages back afterwards.
"""

import argparse
import io
import sys

from PIL import Image, ImageChops

from .client import WebClient
from .env import ROOT
from .screenshots import Browser

IMAGES = ROOT / "docs" / "images"
LANGUAGES = {"zh": "zh_CN", "en": "en_US"}
PHONE = 390
PHONE_PICTURE = 585


def menu(name):
    return f"[data-menu-xmlid='hr_receivables_control.credit_{name}_menu']"


def advances(name):
    return f"[data-menu-xmlid='hr_employee_advance.menu_advance_{name}']"


def of(customer):
    return [["partner_id.name", "=", customer]]


def advance(employee, state):
    return "hr.employee.advance", [["employee_id.name", "=", employee], ["state", "=", state]]


SHOWN = ".modal footer button[name='action_open']"
CARDS = ".modal footer button[name='action_open_customers']"
HELD = of("西安新城装饰设计有限公司"), of("西安宏远建设工程有限公司")
ON_HOLD = [["credit_state", "=", "hold"]]
LEAVER = "赵磊"
CLEARANCE = ("hr.employee.clearance", [["employee_id.name", "=", LEAVER]])

# name, user, width, path, the record that it ends with as (model, domain), what is clicked
PICTURES = [
    (
        "ageing",
        "sun.finance",
        1400,
        "credit-accounts",
        None,
        [menu("reporting"), menu("ageing"), SHOWN],
    ),
    (
        "ageing-phone",
        "sun.finance",
        PHONE,
        "credit-accounts",
        None,
        [".o_menu_toggle", menu("ageing"), CARDS],
    ),
    (
        "approval",
        "sun.finance",
        1400,
        "my-approvals",
        ("hr.control.approval", [["name", "like", "西安新城"]]),
        [],
    ),
    (
        "authority-matrix",
        "zhou.owner",
        1400,
        "credit-accounts",
        None,
        [menu("configuration"), menu("authority_matrix"), ".modal footer button.btn-primary"],
    ),
    ("authority-rules", "zhou.owner", 1400, "credit-authority", None, []),
    ("authority-used", "zhou.owner", 1400, "credit-authority-used", None, []),
    ("blacklist", "sun.finance", 1400, "credit-blacklist", None, []),
    (
        "credit-account",
        "sun.finance",
        1400,
        "credit-accounts",
        ("credit.account", of("西安绿源整装家居有限公司")),
        [],
    ),
    ("credit-accounts", "sun.finance", 1400, "credit-accounts", None, []),
    (
        "customer-file-phone",
        "li.sales",
        PHONE,
        "customer-files",
        ("credit.admission", of("西安未央佳美装饰有限公司")),
        [],
    ),
    (
        "customer-file",
        "wang.store",
        1400,
        "customer-files",
        ("credit.admission", of("西安长安和居建材有限公司")),
        [],
    ),
    ("decisions-pivot", "sun.finance", 1400, "credit-decisions", None, [".o_switch_view.o_pivot"]),
    (
        "delivery-held",
        "he.stock",
        1400,
        "action-stock.action_picking_tree_all",
        ("stock.picking", [*of("渭南天成建材商行"), ["state", "=", "assigned"]]),
        [],
    ),
    (
        "emergency",
        "sun.finance",
        1400,
        "credit-releases",
        ("credit.grant", [["kind", "=", "emergency"]]),
        [],
    ),
    ("finding", "sun.finance", 1400, "credit-findings", ("credit.watch.finding", []), []),
    ("letter", "sun.finance", 1400, "credit-letters", ("credit.letter", []), []),
    ("my-approvals-phone", "sun.finance", PHONE, "my-approvals", None, []),
    ("order-held", "li.sales", 1400, "credit-held-orders", ("sale.order", ON_HOLD + HELD[0]), []),
    (
        "order-held-phone",
        "li.sales",
        PHONE,
        "credit-held-orders",
        ("sale.order", ON_HOLD + HELD[0]),
        [],
    ),
    ("overdue", "sun.finance", 1400, "credit-overdue", None, []),
    (
        "personal-limit",
        "li.sales",
        1400,
        "credit-held-orders",
        ("sale.order", ON_HOLD + HELD[1]),
        [],
    ),
    (
        "promise",
        "sun.finance",
        1400,
        "credit-promises",
        ("credit.overdue.pause", [["kind", "=", "promise"]]),
        [],
    ),
    (
        "propose-limits",
        "zhou.owner",
        1400,
        "credit-accounts",
        None,
        [
            menu("configuration"),
            menu("limit_proposal"),
            ".modal [name='keep_existing'] input",
            ".modal footer button.btn-primary",
        ],
    ),
    ("proposed-limits", "sun.finance", 1400, "credit-proposed-limits", None, []),
    (
        "request-release",
        "li.sales",
        1400,
        "credit-held-orders",
        ("sale.order", ON_HOLD + HELD[1]),
        ["button[name='action_request_credit_release']"],
    ),
    ("score", "sun.finance", 1400, "credit-scores", ("credit.score", of("咸阳鑫达建材经营部")), []),
    ("settings", "admin", 1400, "credit-accounts", None, [menu("configuration"), menu("settings")]),
    ("advance-analysis", "sun.finance", 1400, "advance-analysis", None, []),
    (
        "advance-approval",
        "sun.finance",
        1400,
        "advances-to-approve",
        advance("陈静", "manager_approved"),
        ["button[name='action_open_approval']"],
    ),
    (
        "advance-open",
        "sun.finance",
        1400,
        "advances",
        advance("张伟", "partially_settled"),
        [".nav-link[name='clearings']"],
    ),
    (
        "advance-pay",
        "liu.account",
        1400,
        "advances-to-pay",
        advance("吴芳", "finance_approved"),
        [".o_statusbar_buttons button.btn-primary"],
    ),
    (
        "advance-questions",
        "zhou.owner",
        1400,
        "advances-to-approve",
        advance("何勇", "submitted"),
        ["button[name='action_approve']"],
    ),
    ("advance-refused", "li.sales", 1400, "my-advances", advance("李娜", "auto_rejected"), []),
    ("advance-request-phone", "li.sales", PHONE, "my-advances", advance("李娜", "draft"), []),
    ("advance-risk", "zhou.owner", 1400, "advance-risks", None, []),
    ("advance-warnings", "sun.finance", 1400, "advance-warnings", None, []),
    ("clearance", "sun.finance", 1400, "leavers", CLEARANCE, []),
    (
        "handover",
        "wu.people",
        1400,
        "leavers",
        CLEARANCE,
        ["button[name='action_open_handover']"],
    ),
    (
        "leaver-held",
        "wu.people",
        1400,
        "action-hr.open_view_employee_list_my",
        ("hr.employee", [["name", "=", LEAVER]]),
        [],
    ),
    ("my-advances-phone", "li.sales", PHONE, "my-advances", None, []),
    (
        "resignation-phone",
        "li.sales",
        PHONE,
        "my-advances",
        None,
        [".o_menu_toggle", advances("resignation")],
    ),
]


def keep(data, path, width):
    """What is on the picture, without the empty rest below, in as few colours as it needs."""
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    if width == PHONE:
        picture = picture.resize((PHONE_PICTURE, picture.height * PHONE_PICTURE // picture.width))
    empty = Image.new(
        "RGB", picture.size, picture.getpixel((picture.width // 3, picture.height - 1))
    )
    box = ImageChops.difference(picture, empty).getbbox()
    if box:
        picture = picture.crop((0, 0, picture.width, min(box[3] + 20, picture.height)))
    picture.quantize(255).save(path, optimize=True)


def take(browser, url, database, picture, code):
    name, login, width, path, record, clicks = picture
    if record:
        model, domain = record
        found = WebClient(url, database, login).call(model, "search", domain, limit=1)
        if not found:
            raise RuntimeError(f"{name}: there is no {model} {domain}")
        path = f"{path}/{found[0]}"
    browser.sign_in(url, database, login)
    browser.resize(width)
    browser.open(f"/odoo/{path}")
    for selector in clicks:
        browser.click(selector)
    file = IMAGES / f"{name}-{code}.png"
    browser.picture(file)
    keep(file.read_bytes(), file, width)
    print(file.relative_to(ROOT), flush=True)


def main():
    parser = argparse.ArgumentParser(
        prog="python -m kit.manual",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--url", default="http://127.0.0.1:8069")
    parser.add_argument("--database", default="demo")
    parser.add_argument("name", nargs="*", help="default: all of them")
    given = parser.parse_args()
    pictures = [picture for picture in PICTURES if picture[0] in (given.name or [picture[0]])]
    admin = WebClient(given.url, given.database)
    logins = sorted({login for _name, login, *_rest in pictures})
    users = admin.call("res.users", "search_read", [["login", "in", logins]], ["lang"])
    try:
        with Browser() as browser:
            browser.move("Asia/Shanghai")
            for code, lang in LANGUAGES.items():
                admin.call("res.users", "write", [user["id"] for user in users], {"lang": lang})
                for picture in pictures:
                    take(browser, given.url, given.database, picture, code)
    except RuntimeError as error:
        sys.exit(f"error: {error}")
    finally:
        for user in users:
            admin.call("res.users", "write", [user["id"]], {"lang": user["lang"]})


if __name__ == "__main__":
    main()
