/** The tables of a PostgreSQL database: what they look like, and how the migrations would make them. */
import type { Migration } from "../model/database.ts";
import { type MigratingConnection, migrate, schemaDifferences } from "./migrations.ts";
import { OWNER_TABLE } from "./postgres-claim.ts";
import type { PostgresConnection } from "./postgres-connection.ts";
import { POSTGRES } from "./postgres-dialect.ts";

/** Differences between the tables that are there and those that the migrations make. Rolls back. */
export async function postgresSchemaFaults(
  connection: PostgresConnection,
  migrations: readonly Migration[],
  url: string,
): Promise<string[]> {
  const found = await schemaOf(connection, "current_schema()");
  await connection.execute("begin");
  try {
    // Temporary tables: gone with the transaction, and nobody else sees them.
    await connection.execute("set local search_path = pg_temp");
    const at = { file: url, now: 0, dialect: POSTGRES };
    await migrate(insideTransaction(connection), migrations, at);
    const temporary = "(select nspname from pg_namespace where oid = pg_my_temp_schema())";
    return schemaDifferences(await schemaOf(connection, temporary), found);
  } finally {
    if (connection.isOpen) await connection.execute("rollback");
  }
}

/** Migrations within a transaction that somebody else begins and ends. */
export function insideTransaction(connection: PostgresConnection): MigratingConnection {
  return {
    inTransaction: false,
    run: (sql, parameters) => connection.run(sql, parameters),
    all: (sql, parameters) => connection.all(sql, parameters),
    execute: (sql) =>
      sql === POSTGRES.begin || sql === "commit" ? undefined : connection.execute(sql),
  };
}

async function schemaOf(
  connection: PostgresConnection,
  schema: string,
): Promise<Map<string, string>> {
  const rows = await connection.all<{ name: string; text: string }>(
    `select 'column ' || c.relname || '.' || a.attname as name,
       format_type(a.atttypid, a.atttypmod)
         || coalesce(' collate ' || (select collname from pg_collation
              where oid = a.attcollation and collname <> 'default'), '')
         || case when a.attnotnull then ' not null' else '' end
         || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as text
     from pg_class as c
       join pg_namespace as n on n.oid = c.relnamespace
       join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       left join pg_attrdef as d on d.adrelid = c.oid and d.adnum = a.attnum
     where n.nspname = ${schema} and c.relkind = 'r' and c.relname <> '${OWNER_TABLE}'
     union all
     select 'index ' || indexname, indexdef from pg_indexes
     where schemaname = ${schema} and tablename <> '${OWNER_TABLE}'
     union all
     select 'constraint ' || c.relname || '.' || k.conname, pg_get_constraintdef(k.oid)
     from pg_constraint as k
       join pg_class as c on c.oid = k.conrelid
       join pg_namespace as n on n.oid = c.relnamespace
     where n.nspname = ${schema} and c.relname <> '${OWNER_TABLE}'
     order by 1`,
  );
  return new Map(rows.map(({ name, text }) => [name, withoutSchema(text)]));
}

const withoutSchema = (text: string): string =>
  text.replace(/ (ON|REFERENCES) (?:ONLY )?(?:[\w"]+\.)?(\w+)/g, " $1 $2");
