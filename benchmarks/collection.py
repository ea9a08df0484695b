"""What the scheduled jobs are measured on: customers with a history, some of them overdue. Always this size."""

import world

from kit.env import connect

SIZE = world.Size(
    customers=1_000,
    closed=30_000,
    open_each=0,
    big_open=0,
    big_closed=0,
    listed=300,
    orders=1,
    invoices=1,
    imported=1,
)
DAYS = (12, 20, 45, 75, 100)  # how long the items of each listed customer are overdue

# The first invoices of each were never paid; one salesperson sold them all.
REOPEN = """
    WITH open AS (
        SELECT l.id, l.move_id, row_number() OVER (PARTITION BY l.partner_id ORDER BY l.id) AS position
          FROM account_move_line l
         WHERE l.partner_id = ANY(%(partners)s) AND l.display_type = 'payment_term' AND l.reconciled
    ), items AS (
        UPDATE account_move_line l
           SET reconciled = FALSE, amount_residual = balance, amount_residual_currency = amount_currency,
               date_maturity = CURRENT_DATE - (%(days)s)[open.position]
          FROM open
         WHERE open.id = l.id AND open.position <= %(each)s
     RETURNING l.move_id
    )
    UPDATE account_move m
       SET payment_state = 'not_paid', amount_residual = amount_total, amount_residual_signed = amount_total_signed,
           invoice_user_id = (%(people)s)[1 + m.commercial_partner_id %% %(headcount)s]
      FROM items
     WHERE m.id = items.move_id
"""


def reopen(name):
    """:return: how many items are overdue from now on"""
    connection = connect(name)
    cursor = connection.cursor()
    cursor.execute(
        "SELECT array_agg(user_id ORDER BY user_id) FROM hr_employee WHERE user_id IS NOT NULL"
    )
    (people,) = cursor.fetchone()
    values = {
        "partners": world.get_ids(name)["listed"],
        "days": list(DAYS),
        "each": len(DAYS),
        "people": people,
        "headcount": len(people),
    }
    cursor.execute(REOPEN, values)
    found = cursor.rowcount
    cursor.execute("VACUUM ANALYZE")
    connection.close()
    return found
