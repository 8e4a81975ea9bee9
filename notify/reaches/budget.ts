/**
 * Of how many things that are no life safety a person, and a crew with its telephone and members, is told in
 * an hour; beyond it each person is told once an hour that more waits. Drills have a budget of their
 * own, as large. Data of `channels.json`.
 */
import { z } from "zod";
import { HOUR_MS, type Instant } from "../../model/clock.ts";
import type { Sql } from "../../model/database.ts";
import { CrewId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { toldSince } from "./message-store.ts";

const Hourly = z.int().min(1).max(LIMITS.messagesHourlyMax);

export const Budgets = z.strictObject({
  person: Hourly.default(30),
  crew: Hourly.default(120),
  /** Crews that have another budget than the rest. */
  crews: z.record(CrewId, Hourly).default({}),
});
export type Budgets = Readonly<z.infer<typeof Budgets>>;

/** How many of an hour the person or the crew has had, where that is all; nothing while there is room. */
export async function spentBudget(
  tx: Sql,
  budgets: Budgets,
  { person, crewId, isDrill }: { person: string; crewId?: string | undefined; isDrill: boolean },
  now: Instant,
): Promise<number | undefined> {
  const when = { since: now - HOUR_MS, now, isDrill };
  if ((await toldSince(tx, { person }, when)) >= budgets.person) return budgets.person;
  if (crewId === undefined) return undefined;
  const { [crewId]: ofCrew = budgets.crew } = budgets.crews as Record<string, number>;
  return (await toldSince(tx, { crewId }, when)) >= ofCrew ? ofCrew : undefined;
}
