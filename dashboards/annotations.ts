/** What happened, as marks on every curve of a board. */
import type { Annotation } from "./board.ts";
import { IN_TIME, is, isOneOf } from "./influxql.ts";

const MARKS_MAX = 200;

/** Alarms that were raised and that cleared. */
export const alarmMarks = (where: readonly string[]): Annotation => ({
  title: { zh: "报警", en: "Alarms" },
  color: "orange",
  selection: {
    select: [`"title"`, `"event"`, `"severity"`],
    from: "alarm",
    where: [isOneOf("event", ["raised", "cleared"]), ...where, IN_TIME],
    newestFirst: true,
    rowsMax: MARKS_MAX,
  },
  text: "title",
  tags: "event,severity",
});

/** Cases from their report to their end. */
export const caseMarks = (where: readonly string[]): Annotation => ({
  title: { zh: "案卷", en: "Cases" },
  color: "purple",
  selection: {
    select: [`"caseNo"`, `"title"`, `"event"`, `"state"`],
    from: "case_event",
    where: [...where, IN_TIME],
    newestFirst: true,
    rowsMax: MARKS_MAX,
  },
  text: "title",
  tags: "caseNo,event,state",
});

/** Cases of life safety when they are reported. */
export const dangerMarks = (where: readonly string[]): Annotation => ({
  title: { zh: "人身安全案卷", en: "Cases of life safety" },
  color: "red",
  selection: {
    select: [`"caseNo"`, `"title"`, `"event"`],
    from: "case_event",
    where: [is("event", "report"), is("life_safety", "true"), ...where, IN_TIME],
    newestFirst: true,
    rowsMax: MARKS_MAX,
  },
  text: "title",
  tags: "caseNo,event",
});
