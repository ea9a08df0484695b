"""Export the .pot of each add-on and merge it into i18n/zh_CN.po. See scripts/i18n.

Odoo's own export of a .po in place loses texts of Python code, so only the .pot is exported. Words that Odoo itself
translates in base and mail ("Created on", "Company") are taken over from there.
"""

import subprocess
import sys

from . import database as db
from .addons import addons
from .env import LOGS, ROOT, addon_folder
from .outcome import ends_plainly
from .process import run_odoo


def merge(addon):
    """Fold the new .pot into the .po: nothing translated is lost, what is new comes in empty."""
    folder = ROOT / addon / "i18n"
    pot, po = folder / f"{addon}.pot", folder / "zh_CN.po"
    if not po.exists():
        po.write_text(
            'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        )
    known = [
        f"--compendium={addon_folder(name) / 'i18n' / 'zh_CN.po'}" for name in ("mail", "base")
    ]
    merge = ["msgmerge", "--quiet", "--update", "--backup=none", "--no-fuzzy-matching"]
    subprocess.run([*merge, *known, po, pot], check=True)
    statistics = subprocess.run(
        ["msgfmt", "--statistics", "-o", "/dev/null", po],
        capture_output=True,
        text=True,
        check=False,
    )
    print(f"{addon}: {statistics.stderr.strip()}")


@ends_plainly
def main():
    wanted = sys.argv[1:] or list(addons())
    with db.temporary("bare", "i18n") as database:
        log = "i18n_install"
        run_odoo("-d", database, "-i", ",".join(wanted), "--stop-after-init", log=log).check()
        for addon in wanted:
            folder = ROOT / addon / "i18n"
            folder.mkdir(exist_ok=True)
            new = LOGS / f"{addon}.pot"
            run_odoo(
                *("i18n", "export", "-d", database, "-l", "pot", "-o", str(new), "--", addon),
                log=f"i18n_{addon}",
            ).check()
            new.replace(folder / f"{addon}.pot")
            merge(addon)


if __name__ == "__main__":
    main()
