"""What nobody may change but the add-ons' own code: every stored column that they define, in any table."""

from psycopg2 import sql

from kit.addons import addons

# What a successful action may touch without anything being gained by it.
BOOKKEEPING = {
    "write_uid",
    "write_date",
    "near_told",
    *("guard", "seq", "head"),  # of a dossier, when its events get their numbers
    *("prev_hash", "hash"),
}
FIND = """
    SELECT m.model, f.name, f.ttype, f.relation_table, own.is_ours
      FROM ir_model_fields f
      JOIN ir_model m ON m.id = f.model_id AND NOT m.transient
      JOIN LATERAL (
           SELECT bool_and(module = ANY(%(addons)s)) AS is_ours
             FROM ir_model_data WHERE model = 'ir.model' AND res_id = m.id
           ) own ON TRUE
     WHERE f.store AND f.ttype NOT IN ('one2many', 'binary') AND (own.is_ours OR f.name <> 'id' AND EXISTS (
           SELECT FROM ir_model_data
            WHERE model = 'ir.model.fields' AND res_id = f.id AND module = ANY(%(addons)s)))
  ORDER BY m.model, f.name
"""


class Protected:
    """Reads all of it at once, to compare before and after."""

    def __init__(self, connection):
        self.cursor = connection.cursor()
        self.columns = {}  # {table: names}, a table without a model has no names
        self.of_others = set()  # tables of Odoo's models
        self.cursor.execute(FIND, {"addons": list(addons())})
        for model, name, ttype, relation_table, is_ours in self.cursor.fetchall():
            if ttype == "many2many":
                self.columns[relation_table] = []
                continue
            table = model.replace(".", "_")
            self.columns.setdefault(table, ["id"]).append(name)
            if not is_ours:
                self.of_others.add(table)
        self.columns = {table: names for table, names in self.columns.items() if self._has(table)}

    def _has(self, table):
        self.cursor.execute("SELECT FROM pg_tables WHERE tablename = %s", [table])
        return self.cursor.rowcount

    def read(self, bookkeeping=True, documents=True):
        """:return: ``{(table, id): digest}``, without what is kept about Odoo's documents where not asked for"""
        parts = [
            self._select(table, names, bookkeeping)
            for table, names in self.columns.items()
            if documents or table not in self.of_others or table == "res_company"
        ]
        self.cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        return {(table, record): digest for table, record, digest in self.cursor.fetchall()}

    def _select(self, table, names, bookkeeping):
        kept = [name for name in dict.fromkeys(names) if bookkeeping or name not in BOOKKEEPING]
        return sql.SQL("SELECT {}, {}, md5(t::text) FROM (SELECT {} FROM {}) t").format(
            sql.Literal(table),
            sql.SQL("id::text" if kept else "t::text"),
            sql.SQL(", ").join(map(sql.Identifier, kept)) if kept else sql.SQL("*"),
            sql.Identifier(table),
        )

    def compare(self, before, after, may_grow=()):
        """What differs, as sentences; rows may come to ``may_grow``, none may go or change."""
        if before == after:
            return []
        changed = {row for row in before.keys() | after.keys() if before.get(row) != after.get(row)}
        return [
            f"{table} {record} {self._tell(before, after, (table, record))}"
            for table, record in sorted(changed)
            if (table, record) in before or table not in may_grow
        ]

    def _tell(self, before, after, row):
        if row not in after:
            return "is gone"
        table, record = row
        what = "came" if row not in before else "changed"
        if not self.columns[table]:
            return what
        self.cursor.execute(
            sql.SQL("SELECT to_jsonb(t)::text FROM {} t WHERE id = %s").format(
                sql.Identifier(table)
            ),
            [record],
        )
        return f"{what}: {self.cursor.fetchone()[0]}"
