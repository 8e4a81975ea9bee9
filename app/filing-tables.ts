/**
 * The tables of the filing as the console asks for them: a file is read before, and put in one
 * transaction of the engine with its entry in the audit trail.
 */
import type { CityTable, FilingTables } from "../cases/cases.ts";
import type { ConsoleDeps } from "../console/console.ts";
import type { Sql } from "../model/database.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { Engine } from "./engine.ts";

type Wish = Parameters<ConsoleDeps["filingTables"]["areas"]["put"]>[1];

export function createFilingDoor(deps: {
  filing: Pick<FilingTables, "conditions" | "categories" | "areas">;
  engine: Pick<Engine, "write">;
  trail: Pick<AuditTrail, "say">;
  reader: Sql;
}): ConsoleDeps["filingTables"] {
  const { filing, engine, trail, reader } = deps;

  function doorOf<Row>(table: CityTable<Row>) {
    return {
      state: table.state,
      csv: (version?: number) => table.csv(reader, version),
      versions: () => table.versions(reader),
      async put(text: string, { isDryRun, ...wish }: Wish) {
        const read = await table.read(text);
        if (isDryRun) {
          trail.say({ subject: `${table.name} dry run` });
          return table.tried(read, wish);
        }
        return await engine.write(async (tx, now) => {
          const done = await table.replace(tx, read, wish, now);
          trail.say({ subject: `${table.name} ${done.value.version}` });
          return done;
        });
      },
    };
  }

  return {
    conditions: doorOf(filing.conditions),
    categories: doorOf(filing.categories),
    areas: doorOf(filing.areas),
  };
}
