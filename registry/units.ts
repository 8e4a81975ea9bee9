/** Units and their crews. The centre's emergency unit is made when it is not there. */
import { GridwardenError } from "../model/errors.ts";
import { CENTRE_UNIT_ID, type Crew, type Unit } from "../model/registry.ts";
import { type Credential, checkNameFree, insertCredential, makeKey } from "./credentials.ts";
import { type Holdings, putCrew } from "./holdings.ts";
import type { Page, PageRequest } from "./shelf.ts";
import { crewTable, unitTable } from "./tables.ts";
import type { Write, Writing } from "./writer.ts";

const CENTRE: Unit = {
  unitId: CENTRE_UNIT_ID,
  name: "应急处置中心 / emergency centre",
  kind: "department",
};

export interface Units {
  /** With ids only those. */
  list(request: PageRequest & { unitIds?: readonly string[] | undefined }): Page<Unit>;
  get(unitId: string): Unit | undefined;
  /** The unit and all below it. */
  under(unitId: string): string[];
  create(unit: Unit): Promise<Unit>;
}

export interface Crews {
  list(request: PageRequest & { unitId?: string | undefined }): Page<Crew>;
  get(crewId: string): Crew | undefined;
  create(crew: Crew): Promise<{ crewId: string; key: string }>;
}

export function createUnits(holdings: Holdings, write: Write): Units {
  return {
    list: ({ unitIds, ...request }) =>
      holdings.units.page(request, ({ unitId }) => unitIds?.includes(unitId) !== false),
    get: holdings.units.get,
    under(unitId) {
      const found = [unitId];
      // Grows while it is walked: each round adds the units below those found.
      for (const above of found) {
        if (found.length > holdings.units.size) break;
        for (const unit of holdings.units.values()) {
          if (unit.parentId === above) found.push(unit.unitId);
        }
      }
      return found;
    },
    create: (unit) =>
      write(async (writing) => {
        if (holdings.units.has(unit.unitId)) {
          throw new GridwardenError("UNIT_EXISTS", `unit '${unit.unitId}' is already registered`);
        }
        checkUnit(holdings, unit.parentId, `the parent of unit '${unit.unitId}'`);
        return insertUnit(holdings, writing, unit);
      }),
  };
}

export async function ensureCentre(holdings: Holdings, write: Write): Promise<void> {
  if (holdings.units.has(CENTRE_UNIT_ID)) return;
  await write((writing) => insertUnit(holdings, writing, CENTRE));
}

export function createCrews(
  holdings: Holdings,
  write: Write,
  classes: ReadonlySet<string> | undefined,
): Crews {
  return {
    list: ({ unitId, ...request }) =>
      holdings.crews.page(request, (crew) => unitId === undefined || crew.unitId === unitId),
    get: holdings.crews.get,
    create: (crew) =>
      write(async ({ tx, onCommit, note }) => {
        checkNameFree(holdings.credentials.get(crew.crewId), crew.crewId, "crew");
        checkUnit(holdings, crew.unitId, `crew '${crew.crewId}'`);
        const unknown = crew.classes?.find((slug) => classes?.has(slug) === false);
        if (unknown !== undefined) {
          throw new GridwardenError(
            "REQUEST_INVALID",
            `field 'classes': got '${unknown}', wanted some of ${[...(classes ?? [])].join(", ")}`,
          );
        }
        const { key, digest } = makeKey();
        const credential: Credential = { kind: "crew", digest };
        const seq = holdings.crews.takeSeq();
        await crewTable.insert(tx, seq, crew);
        await insertCredential(tx, crew.crewId, credential);
        onCommit(() => {
          putCrew(holdings, seq, crew);
          holdings.credentials.set(crew.crewId, credential);
        });
        note({ kind: "crew", id: crew.crewId });
        return { crewId: crew.crewId, key };
      }),
  };
}

/** @throws UNIT_NOT_FOUND when a unit is named that is not registered. */
export function checkUnit(holdings: Holdings, unitId: string | undefined, whose: string): void {
  if (unitId === undefined || holdings.units.has(unitId)) return;
  throw new GridwardenError(
    "UNIT_NOT_FOUND",
    `${whose}: no unit has the id '${unitId}'; register the unit first`,
  );
}

async function insertUnit(
  holdings: Holdings,
  { tx, onCommit, note }: Writing,
  unit: Unit,
): Promise<Unit> {
  const seq = holdings.units.takeSeq();
  await unitTable.insert(tx, seq, unit);
  onCommit(() => holdings.units.put(unit.unitId, seq, unit));
  note({ kind: "unit", id: unit.unitId });
  return unit;
}
