/**
 * A report's public state as it is shown: stages to the hour, the category's own name, who handles
 * it and in which street. No address, description, note, person or picture goes in. Pure.
 */
import { HOUR_MS, type Instant } from "../../model/clock.ts";
import type { TimeZone } from "../../model/local-time.ts";
import type { PublicReport } from "../../model/question.ts";
import { type Service, serviceCodeOf } from "../open311/services.ts";
import type { PublicReportAnswer } from "./schema.ts";

/** Digits of a grid cell that name its street. */
const STREET_DIGITS = 9;

export interface ShownWith {
  zone: TimeZone;
  services: ReadonlyMap<string, Service>;
  unitName(unitId: string): string | undefined;
}

export function showPublicReport(report: PublicReport, how: ShownWith): PublicReportAnswer {
  const { publicNo, kind, categoryCode, unitId, gridCell, standing, stage, isJoined } = report;
  const { dueBy, isInTime, question } = report;
  const hour = (at: Instant): string => how.zone.iso(at - (at % HOUR_MS));
  const category = how.services.get(serviceCodeOf(kind, categoryCode))?.title;
  const unitName = unitId === undefined ? undefined : how.unitName(unitId);
  const street =
    gridCell === undefined ? undefined : how.unitName(gridCell.slice(0, STREET_DIGITS));
  return {
    publicNo,
    standing,
    stage,
    stages: report.stages.map((each) => ({ stage: each.stage, at: hour(each.at) })),
    ...(category !== undefined && { category: { zh: category.zh, en: category.en } }),
    ...(unitName !== undefined && { unitName }),
    ...(street !== undefined && { street }),
    joined: isJoined,
    ...(dueBy !== undefined && { dueBy: hour(dueBy) }),
    ...(isInTime !== undefined && { inTime: isInTime }),
    ...(question && {
      question: { state: question.state, until: how.zone.iso(question.expiresAt) },
    }),
  };
}
