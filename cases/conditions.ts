/**
 * Filing conditions (立案条件) by class and id. Conditions of asset classes are declared with the
 * class; the two general ones here are for reports that name none: a person's word about a thing
 * that no table row fits yet.
 */
import { type AssetClass, FilingCondition } from "../model/asset-class.ts";

export const GENERAL_CONDITIONS = {
  component: FilingCondition.parse({
    conditionId: "general-component",
    kind: "component",
    categoryCode: "0599",
    title: { zh: "部件问题", en: "a component is not in order" },
    closing: { zh: "恢复", en: "in order again" },
    limit: { value: 1, unit: "working-day" },
    filing: "review",
    lifeSafety: false,
    hold: { kind: "duration", ms: 600_000 },
    source: "house default for reports without a row; a city puts its own table in its place",
  }),
  event: FilingCondition.parse({
    conditionId: "general-event",
    kind: "event",
    categoryCode: "0699",
    title: { zh: "其他事件", en: "another event" },
    closing: { zh: "消除", en: "gone" },
    limit: { value: 1, unit: "working-day" },
    filing: "review",
    lifeSafety: false,
    hold: { kind: "duration", ms: 600_000 },
    source: "house default for reports without a row; a city puts its own table in its place",
  }),
} as const;

/** Is it no row of any table, but a report's stand-in? */
export const isGeneralRow = (condition: FilingCondition): boolean =>
  condition === GENERAL_CONDITIONS.component || condition === GENERAL_CONDITIONS.event;

export interface ConditionBook {
  /** The class's own row, else the row of that id in any class, else a general one. */
  find(classSlug: string | undefined, conditionId: string): FilingCondition | undefined;
  /** The class's own row alone: what its sensors can prove. */
  ofClass(classSlug: string | undefined, conditionId: string): FilingCondition | undefined;
}

export function conditionBook(classes: readonly AssetClass[]): ConditionBook {
  const own = new Map<string, FilingCondition>();
  const any = new Map<string, FilingCondition>();
  for (const general of Object.values(GENERAL_CONDITIONS)) any.set(general.conditionId, general);
  for (const { slug, conditions } of classes) {
    for (const condition of conditions) {
      own.set(`${slug}/${condition.conditionId}`, condition);
      if (!any.has(condition.conditionId)) any.set(condition.conditionId, condition);
    }
  }
  const ofClass = (classSlug: string | undefined, id: string): FilingCondition | undefined =>
    classSlug === undefined ? undefined : own.get(`${classSlug}/${id}`);
  return { ofClass, find: (classSlug, id) => ofClass(classSlug, id) ?? any.get(id) };
}

/** 大类 and 小类 of a component: digits 7 to 10 of its code. */
export function categoryOf(condition: FilingCondition, componentCode: string | undefined): string {
  if (condition.categoryCode !== "") return condition.categoryCode;
  return componentCode?.slice(6, 10) ?? GENERAL_CONDITIONS.component.categoryCode;
}
