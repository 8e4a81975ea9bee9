/** What the numbers and ids on the page stand for: classes, conditions, limits, units, crews. */
import type { CaseItem, ClassInfo, MeasurementInfo, RuleItem } from "./api.ts";
import type { Bilingual } from "./words.ts";

export interface Catalogue {
  classOf(slug: string | undefined): ClassInfo | undefined;
  measurementOf(slug: string | undefined, name: string): MeasurementInfo | undefined;
  /** Undefined: the case's condition is no class's. */
  conditionOf(item: CaseItem): Bilingual | undefined;
  /** At which the rules of the class raise an alarm on the measurement, each once. */
  limitsOf(slug: string | undefined, measurement: string): number[];
  unitName(unitId: string): string;
  crewName(crewId: string): string;
}

interface Source {
  classes: readonly ClassInfo[];
  rules: readonly RuleItem[];
  units: readonly { unitId: string; name: string }[];
  crews: readonly { crewId: string; name: string }[];
}

export const NO_SOURCE: Source = { classes: [], rules: [], units: [], crews: [] };

export function createCatalogue({ classes, rules, units, crews }: Source): Catalogue {
  const bySlug = new Map(classes.map((each) => [each.slug, each]));
  const unitNames = new Map(units.map(({ unitId, name }) => [unitId, name]));
  const crewNames = new Map(crews.map(({ crewId, name }) => [crewId, name]));
  const classOf = (slug: string | undefined): ClassInfo | undefined => bySlug.get(slug ?? "");
  return {
    classOf,
    measurementOf: (slug, name) => classOf(slug)?.measurements.find((each) => each.name === name),
    conditionOf: (item) =>
      classOf(item.class)?.conditions.find((each) => each.conditionId === item.conditionId)?.title,
    limitsOf(slug, measurement) {
      const raised = rules
        .filter((rule) => rule.enabled && rule.class === slug)
        .filter(
          ({ condition: { kind, measurement: of } }) => kind === "limit" && of === measurement,
        )
        .flatMap(({ condition }) => condition.raise ?? []);
      return [...new Set(raised)];
    },
    unitName: (unitId) => unitNames.get(unitId) ?? unitId,
    crewName: (crewId) => crewNames.get(crewId) ?? crewId,
  };
}
