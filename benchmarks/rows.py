"""Documents that Odoo made once, multiplied by SQL with the links between their rows kept."""


class Copies:
    """``times`` copies of some rows of several tables. Copy what is pointed at before what points at it."""

    def __init__(self, cursor, times):
        self.cursor = cursor
        self.times = times
        self.copied = {}  # table: (last id before, ids of the rows that were copied)

    def add(self, table, condition, **values):
        """Copy the rows that meet the condition. A column keeps its value, or points at the copy of its row.

        :param values: SQL for other columns, in which ``t`` is the row and ``n`` numbers the copies from 1
        """
        self.cursor.execute(
            f"SELECT array_agg(id ORDER BY id), (SELECT max(id) FROM {table}) FROM {table} WHERE {condition}"
        )
        ids, last = self.cursor.fetchone()
        self.copied[table] = (last, ids)
        columns = {"id": self._get_id(table, "t.id")} | self._get_columns(table, values)
        self._insert(table, columns, f"t.id = ANY(ARRAY{ids})")
        self.cursor.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
        return self

    def link(self, table, column):
        """Copy the links of a table without ids, for the copies that its column points at."""
        _last, ids = self.copied[self._get_foreign_keys(table)[column]]
        self._insert(table, self._get_columns(table, {}), f"t.{column} = ANY(ARRAY{ids})")
        return self

    def get_new_id(self, table, template_id):
        """The id of a row's first copy and how far the next one is from it."""
        last, ids = self.copied[table]
        return last + 1 + ids.index(template_id), len(ids)

    def _insert(self, table, columns, condition):
        if not self.times:
            return
        names = ", ".join(f'"{name}"' for name in columns)
        self.cursor.execute(
            f"""
            INSERT INTO {table} ({names})
            SELECT {", ".join(columns.values())}
              FROM {table} t CROSS JOIN generate_series(1, {self.times}) n
             WHERE {condition}
             ORDER BY n
            """
        )

    def _get_columns(self, table, values):
        """:return: ``{column: SQL}`` of all columns but the id"""
        self.cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND is_generated = 'NEVER' AND column_name <> 'id'",
            [table],
        )
        targets = self._get_foreign_keys(table)
        return {
            name: values.get(name)
            or (
                self._get_id(targets[name], f't."{name}"')
                if targets.get(name) in self.copied
                else f't."{name}"'
            )
            for (name,) in self.cursor.fetchall()
        }

    def _get_id(self, table, old_id):
        last, ids = self.copied[table]
        return f"COALESCE({last} + (n - 1) * {len(ids)} + array_position(ARRAY{ids}, {old_id}), {old_id})"

    def _get_foreign_keys(self, table):
        """:return: ``{column: table that it points at}``"""
        cursor = self.cursor.connection.cursor()
        cursor.execute(
            """
            SELECT a.attname, c.confrelid::regclass::text
              FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
             WHERE c.contype = 'f' AND c.conrelid = %s::regclass
            """,
            [table],
        )
        return dict(cursor.fetchall())
