/** Units and crews as they lie in the database, for who has no registry at hand. */
import type { Sql } from "../model/database.ts";
import type { Crew, Unit } from "../model/registry.ts";
import { crewTable, unitTable } from "./tables.ts";

export async function readPeople(sql: Sql): Promise<{ units: Unit[]; crews: Crew[] }> {
  const asIs = (text: string): string => text;
  const [units, crews] = [await unitTable.load(sql, asIs), await crewTable.load(sql, asIs)];
  return { units: units.map(({ record }) => record), crews: crews.map(({ record }) => record) };
}
