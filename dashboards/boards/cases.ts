/** What is in hand, what is due, and what was in time. The evaluation itself stays the platform's. */
import { type Board, board, consoleVariable, severalOf } from "../board.ts";
import { isChosen } from "../influxql.ts";
import { UIDS } from "../links.ts";
import {
  caseEventsPer,
  caseFigure,
  caseSteps,
  eventCount,
  openBy,
  workCurve,
} from "../panels/cases.ts";
import { hoursFigure, inTimeCurve, inTimeFigure, latest, unitsTable } from "../panels/deadlines.ts";
import { CLASS, UNIT } from "../words.ts";

export function casesBoard(): Board {
  const where = [isChosen("unit"), isChosen("class")];
  return board({
    uid: UIDS.cases,
    title: { zh: "考评和时限", en: "Evaluation and deadlines" },
    description: {
      zh: "未结、超期、按期处置和结案、返工和退回，按处置单位。",
      en: "Open and overdue cases, what was handled and closed in time, sent back and returned, by unit.",
    },
    from: "now-7d",
    variables: [
      severalOf("unit", UNIT, "case_event"),
      severalOf("class", CLASS, "fleet"),
      consoleVariable(),
    ],
    sections: [
      {
        panels: [
          caseFigure("open", where),
          caseFigure("overdue", where),
          caseFigure("due_soon", where),
          caseFigure("life_safety", where),
          inTimeFigure("feedback", where),
          inTimeFigure("close", where),
          hoursFigure("feedback", where),
          hoursFigure("close", where),
          eventCount("report", { zh: "上报", en: "Reported" }, where),
          eventCount("close", { zh: "结案", en: "Closed" }, where),
          eventCount("rework", { zh: "返工", en: "Sent back" }, where),
          eventCount("return", { zh: "退回", en: "Returned" }, where),
        ],
      },
      {
        title: { zh: "在办", en: "In hand" },
        panels: [
          openBy("unit", where),
          openBy("state", where),
          openBy("class", where),
          workCurve(where, 24),
        ],
      },
      {
        title: { zh: "时限", en: "Deadlines" },
        panels: [inTimeCurve(where), unitsTable(where), latest(where), perDay("source", where)],
      },
      {
        title: { zh: "每日", en: "Each day" },
        panels: [perDay("event", where), perDay("unit", where), caseSteps(where)],
      },
    ],
  });
}

const PER_DAY = {
  source: {
    title: { zh: "每日上报，按来源", en: "Reported each day, by source" },
    description: {
      zh: "每日 report 步骤数，按案卷来源。",
      en: "Steps 'report' of each day, by where the case came from.",
    },
    events: ["report"],
  },
  event: {
    title: { zh: "每日步骤", en: "Steps each day" },
    description: {
      zh: "每日派遣、反馈、结案、返工和退回的次数。",
      en: "How often cases were dispatched, handled, closed, sent back and returned each day.",
    },
    events: ["dispatch", "feedback", "close", "rework", "return"],
  },
  unit: {
    title: { zh: "每日派遣，按处置单位", en: "Dispatched each day, by unit" },
    description: {
      zh: "每日 dispatch 步骤数，按处置单位。",
      en: "Steps 'dispatch' of each day, by unit.",
    },
    events: ["dispatch"],
  },
} as const;

const perDay = (by: keyof typeof PER_DAY, where: readonly string[]) =>
  caseEventsPer({ ...PER_DAY[by], by, span: "1d", where });
