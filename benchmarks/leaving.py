"""Speed of leaving: who may not leave, and the list of leavers, with 10,000 employees and 10,000 advances."""

from scaled import Subject, main

SUBJECT = Subject(
    title="Leaving",
    unit="employees",
    size=10000,
    parts=("advances_inside.py", "leaving_inside.py"),
    text="As many advances as employees, and one of ten is about to leave: a clearance with four lines.",
)

if __name__ == "__main__":
    main(SUBJECT)
