/**
 * Which metrics may be written of Sparkplug's nodes and devices, by what their births declare: in
 * memory, and on disk with the uplinks that say it, since a birth does not come again by itself.
 */
import type { Sql } from "../model/database.ts";
import type { DeclaredMetric } from "../model/sparkplug.ts";
import { forgetBirth, loadBirths, saveBirth } from "./carrier-rows.ts";

/** The metrics undefined: the birth counts no more; of a node, nor does any of its devices'. */
export interface BirthTold {
  readonly id: string;
  readonly metrics: readonly DeclaredMetric[] | undefined;
}

export function createBirths() {
  /** By the node, then by the id of the node itself or of its device. */
  const known = new Map<string, Map<string, readonly DeclaredMetric[]>>();

  /** What was told before it was loaded, which is newer: nodes stand for all that is theirs. */
  const early = new Set<string>();
  let isLoaded = false;

  function put(id: string, metrics: readonly DeclaredMetric[]): void {
    const nodeId = nodeOf(id);
    const births = known.get(nodeId) ?? new Map<string, readonly DeclaredMetric[]>();
    known.set(nodeId, births.set(id, metrics));
  }

  function forget(id: string): void {
    if (id === nodeOf(id)) known.delete(id);
    else known.get(nodeOf(id))?.delete(id);
  }

  return {
    of: (externalId: string | undefined): readonly DeclaredMetric[] | undefined =>
      externalId === undefined ? undefined : known.get(nodeOf(externalId))?.get(externalId),
    /** In the transaction that commits the uplinks; harmless twice. */
    async take(tx: Sql, told: readonly BirthTold[]): Promise<void> {
      for (const { id, metrics } of told) {
        if (!isLoaded) early.add(id);
        if (metrics === undefined) {
          forget(id);
          await forgetBirth(tx, id);
        } else {
          put(id, metrics);
          await saveBirth(tx, { id, nodeId: nodeOf(id), metrics: JSON.stringify(metrics) });
        }
      }
    },
    async load(sql: Sql): Promise<void> {
      for (const { id, metrics } of await loadBirths(sql)) {
        const isOlder = early.has(id) || early.has(nodeOf(id));
        if (!isOlder) put(id, JSON.parse(metrics) as DeclaredMetric[]);
      }
      isLoaded = true;
      early.clear();
    },
  };
}

function nodeOf(id: string): string {
  return id.split("/", 2).join("/");
}
