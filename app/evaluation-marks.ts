/**
 * Score models, bonus and deduction items and third parties' marks, as the API puts and reads them; a
 * file of marks is read here, since the registry has the reader of CSV.
 */
import {
  addItem,
  itemRows,
  listModels,
  noEffects,
  onceOf,
  periodOf,
  putModel,
  readItems,
  revokeItem,
} from "../cases/cases.ts";
import type { RequestKey } from "../model/audit.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { EvaluationItemRecord, NewItem } from "../model/evaluation-item.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { RegistryView } from "../model/registry.ts";
import type { ScoreModel } from "../model/score-model.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { Engine } from "./engine.ts";

interface Deps {
  engine: Pick<Engine, "write">;
  trail: Pick<AuditTrail, "say">;
  reader: Sql;
  registry: Pick<RegistryView, "unit" | "crew">;
  zone: TimeZone;
  readRecords(text: string): Promise<Parameters<typeof itemRows>[0]>;
}

interface By {
  by: string;
  role: string;
}

export function createEvaluationMarks(deps: Deps) {
  const { engine, trail, reader, registry, zone, readRecords } = deps;

  /** A place has no list to be in; a unit or crew that is not there would never be counted. */
  function checkSubject({ subject, subjectId: id }: NewItem): void {
    if (subject === "unit" && registry.unit(id) === undefined) {
      throw new GridwardenError("UNIT_NOT_FOUND", `no unit has the id '${id}'`);
    }
    if (subject === "crew" && registry.crew(id) === undefined) {
      throw new GridwardenError("CREW_NOT_FOUND", `no crew has the id '${id}'`);
    }
  }

  async function add(items: readonly NewItem[], by: By, key?: RequestKey) {
    for (const { period } of items) periodOf(period, zone);
    for (const item of items) checkSubject(item);
    return await engine.write(async (tx, now) => {
      const done = await onceOf(tx, key, now, async () => {
        const value: EvaluationItemRecord[] = [];
        for (const item of items) {
          value.push(await addItem(tx, item, { ...by, now }, zone.dateDigits(now)));
        }
        return { value, effects: noEffects() };
      });
      const [first] = done.value;
      trail.say({ subject: first?.itemId ?? "none", isRepeat: done.isRepeat });
      return { value: done.value };
    });
  }

  return {
    models: () => listModels(reader),
    putModel: (
      modelId: string,
      model: ScoreModel,
      said: { by: string; version?: number | undefined },
    ) =>
      engine.write(async (tx, now) => ({
        value: await putModel(tx, modelId, model, { ...said, now }),
      })),
    items: () => readItems(reader),
    add,
    addFile: async (csv: string, by: By, key?: RequestKey) =>
      await add(itemRows(await readRecords(csv)), by, key),
    revoke: (itemId: string, reason: string, by: By) =>
      engine.write(async (tx, now) => ({
        value: await revokeItem(tx, itemId, reason, { ...by, now }),
      })),
  };
}
