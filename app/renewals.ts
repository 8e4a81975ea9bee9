/** The renewal list as the API asks for it: as of the platform's clock, with what is registered now. */
import { type FilingTables, listRenewals } from "../cases/cases.ts";
import type { Clock, Instant } from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import { nearestName } from "../model/nearest-name.ts";
import type { NamedRenewal, Renewal, RenewalPage } from "../model/renewal.ts";
import type { Registry } from "../registry/registry.ts";

interface Query {
  to?: Instant | undefined;
  unitId?: string | undefined;
  within?: ReadonlySet<string> | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export function createRenewalsDoor(deps: {
  database: Database;
  clock: Clock;
  zone: TimeZone;
  registry: Pick<Registry, "asset" | "unit" | "units">;
  conditions: Pick<FilingTables["book"], "find">;
}): { list(query: Query): Promise<RenewalPage<NamedRenewal>> } {
  const { database, clock, zone, registry, conditions } = deps;

  /** @throws UNIT_NOT_FOUND */
  function checkUnit(unitId: string): void {
    if (registry.unit(unitId) !== undefined) return;
    const names = registry.units.list({ limit: LIMITS.listMax }).items.map((unit) => unit.unitId);
    const meant = nearestName(unitId, names);
    const hint = meant === undefined ? "" : `; did you mean '${meant}'?`;
    throw new GridwardenError(
      "UNIT_NOT_FOUND",
      `field 'unitId': no unit has the id '${unitId}'${hint}`,
    );
  }

  function named(renewal: Renewal): NamedRenewal {
    const { name, class: slug } = registry.asset(renewal.assetId) ?? {};
    const title = conditions.find(slug, renewal.conditionId)?.title;
    return {
      ...renewal,
      ...(slug !== undefined && { class: slug }),
      ...(name !== undefined && { name }),
      ...(title !== undefined && { title }),
    };
  }

  return {
    async list({ unitId, within, ...query }) {
      if (unitId !== undefined) checkUnit(unitId);
      const page = await listRenewals(
        database,
        { zone },
        { ...query, within: narrowed(within, unitId) },
        clock.now(),
      );
      return { ...page, items: page.items.map(named) };
    },
  };
}

/** One unit of those that may be seen. */
function narrowed(
  within: ReadonlySet<string> | undefined,
  unitId: string | undefined,
): ReadonlySet<string> | undefined {
  if (unitId === undefined) return within;
  return new Set(within === undefined || within.has(unitId) ? [unitId] : []);
}
