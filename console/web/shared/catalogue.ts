/**
 * What the ids on a page stand for: classes, conditions, limits, units, crews. Asked for once after the
 * sign-in; whatever shows a name is shown anew when it is there.
 */
import { signal } from "@preact/signals";
import { get, type Page } from "./api.ts";
import { listen } from "./live.ts";
import type { CaseItem, ClassInfo, CrewItem, MeasurementInfo, UnitItem } from "./platform-types.ts";
import { inLanguage } from "./words.ts";

interface Named {
  classes: readonly ClassInfo[];
  units: ReadonlyMap<string, string>;
  crews: ReadonlyMap<string, string>;
  allUnits: readonly UnitItem[];
  allCrews: readonly CrewItem[];
}

const LIST_MAX = 1000;
const named = signal<Named>({
  classes: [],
  units: new Map(),
  crews: new Map(),
  allUnits: [],
  allCrews: [],
});

/** Asked for now, and again whenever the platform has been away; until it answers, ids stand for names. */
export function keepCatalogue(): () => void {
  const ask = (): void => void loadCatalogue().catch(() => undefined);
  ask();
  return listen({}, ask);
}

/** @throws Refused, Unreachable */
export async function loadCatalogue(): Promise<void> {
  const [{ classes }, units, crews] = await Promise.all([
    get<{ classes: ClassInfo[] }>("/api/v1/classes"),
    get<Page<UnitItem>>(`/api/v1/units?limit=${LIST_MAX}`),
    get<Page<CrewItem>>(`/api/v1/crews?limit=${LIST_MAX}`),
  ]);
  named.value = {
    classes,
    units: new Map(units.items.map(({ unitId, name }) => [unitId, name])),
    crews: new Map(crews.items.map(({ crewId, name }) => [crewId, name])),
    allUnits: units.items,
    allCrews: crews.items,
  };
}

/** As a phone kept them when it was last told. */
export function knowClasses(known: readonly ClassInfo[]): void {
  named.value = { ...named.value, classes: known };
}

export const classes = (): readonly ClassInfo[] => named.value.classes;
export const classOf = (slug: string | undefined): ClassInfo | undefined =>
  named.value.classes.find((each) => each.slug === slug);
export const measurementOf = (
  slug: string | undefined,
  name: string,
): MeasurementInfo | undefined => classOf(slug)?.measurements.find((each) => each.name === name);
export const allUnits = (): readonly UnitItem[] => named.value.allUnits;
export const allCrews = (): readonly CrewItem[] => named.value.allCrews;
export const unitName = (unitId: string): string => named.value.units.get(unitId) ?? unitId;
export const crewName = (crewId: string): string => named.value.crews.get(crewId) ?? crewId;

/** What a case is about, in the language that is shown. */
export function conditionText(
  item: Pick<CaseItem, "class" | "conditionId" | "description">,
): string {
  const condition = classOf(item.class)?.conditions.find(
    ({ conditionId }) => conditionId === item.conditionId,
  );
  return condition === undefined
    ? (item.description ?? item.conditionId)
    : inLanguage(condition.title);
}
