"""What a database's own catalogue says about the schema `app`, as comparable lines."""

from sqlalchemy import text

from engine.storage.database import Database

COLUMNS = """
select format('%s.%s %s%s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
              case when a.attnotnull then ' not null' else '' end,
              case when a.attidentity <> '' then ' identity ' || a.attidentity::text else '' end,
              coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), ''))
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p')
"""
CONSTRAINTS = """
select format('%s: %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
from pg_constraint where connamespace = 'app'::regnamespace and contype <> 'n'
"""
INDEXES = "select indexdef from pg_indexes where schemaname = 'app'"


def schema(database: Database) -> set[str]:
    """Return one line per column, constraint and index (Alembic's own table left out)."""
    with database.owner_engine.connect() as connection:
        found = [
            line for query in (COLUMNS, CONSTRAINTS, INDEXES) for line in connection.scalars(text(query))
        ]
    return {line for line in found if "alembic_version" not in line}
