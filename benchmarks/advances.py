"""Speed of employee advances: list, analysis and jobs on 10,000 advances with 100,000 journal items."""

from scaled import Subject, main

SUBJECT = Subject(
    title="Employee advances",
    unit="advances",
    size=10000,
    parts=("advances_inside.py",),
    text="Ten journal items for each advance. Lists and analysis as finance reads them, jobs as the system runs\n"
    "them. *Odoo* is Odoo's own, for comparison: as many expenses, and the journal items of the account by partner.",
)

if __name__ == "__main__":
    main(SUBJECT)
