/**
 * What the page of cases knows of the workflow, held equal to the machine that runs it: every event has
 * its words and its form, and a form asks for what the machine demands.
 */
import { expect, test } from "vitest";
import { stageLimitMs } from "../cases/case-stages.ts";
import { CASE_ROWS } from "../cases/case-table.ts";
import { CASE_EVENTS, CASE_ROLES } from "../cases/case-words.ts";
import { BULK_EVENTS } from "../console/web/centre/cases/bulk.ts";
import { EVENT_FORMS, formOf } from "../console/web/centre/cases/event-forms.ts";
import { isInList, WORK_LISTS } from "../console/web/centre/cases/work-lists.ts";
import { STAGE_LIMITS_MS } from "../console/web/shared/case-due.ts";
import {
  DRILL,
  NOTED_EVENTS,
  OUTCOMES,
  ROLES,
  SOURCES,
  sayEvent,
  sayOutcome,
  sayRole,
  saySource,
} from "../console/web/shared/event-words.ts";
import type { CaseItem } from "../console/web/shared/platform-types.ts";
import {
  CaseOutcome,
  CaseSource,
  CaseState,
  DRILL as DRILLED,
  TERMINAL_STATES,
} from "../model/case.ts";

const sorted = (words: Iterable<string>): string[] => [...new Set(words)].sort();

test("every event of a case has its words, and so has what the history says beside them", () => {
  expect(Object.keys(sayEvent.words).sort()).toEqual(sorted([...CASE_EVENTS, ...NOTED_EVENTS]));
});

test("roles, outcomes and sources are those of the model", () => {
  expect(Object.keys(sayRole.words).sort()).toEqual([...CASE_ROLES].sort());
  expect([...ROLES].sort()).toEqual([...CASE_ROLES].sort());
  expect([...OUTCOMES].sort()).toEqual([...CaseOutcome.options].sort());
  expect(Object.keys(sayOutcome.words).sort()).toEqual([...CaseOutcome.options, DRILLED].sort());
  expect(DRILL).toBe(DRILLED);
  expect([...SOURCES].sort()).toEqual([...CaseSource.options].sort());
  expect(Object.keys(saySource.words).sort()).toEqual([...CaseSource.options].sort());
});

test("every event that a person may say has its form, and no other has", () => {
  const said = CASE_ROWS.filter(
    ({ event, roles }) => event !== "report" && roles.some((role) => role !== "system"),
  );
  expect(sorted(EVENT_FORMS.map(({ event }) => event))).toEqual(
    sorted(said.map(({ event }) => event)),
  );
});

test("a form asks for the text that the machine demands, and marks it as needed", () => {
  const wrong = CASE_ROWS.flatMap(({ event, needs, outcome }) => {
    // A feedback that it is not ours is the same form.
    if (needs === undefined || outcome !== undefined || event === "report") return [];
    const form = formOf(event);
    return form.fields.includes(needs) && form.needs.includes(needs) ? [] : [event];
  });
  expect(wrong).toEqual([]);
});

test("what is said of many at once goes from that state and is of those roles", () => {
  const wrong = BULK_EVENTS.flatMap(({ event, from, roles }) => {
    const row = CASE_ROWS.find((each) => each.event === event && each.from.includes(from));
    const ofPeople = row?.roles.filter((role) => role !== "system");
    return row?.needs === undefined && `${sorted(ofPeople ?? [])}` === `${sorted(roles)}`
      ? []
      : [event];
  });
  expect(wrong).toEqual([]);
});

test("the limits of the stages are the platform's; a check may be its sensors'", () => {
  const limits = CaseState.options.flatMap((state) => {
    const ms = stageLimitMs(state);
    return Number.isFinite(ms) && state !== "CHECKING" ? [[state, ms] as const] : [];
  });
  expect(STAGE_LIMITS_MS).toEqual(Object.fromEntries(limits));
});

test("every open state is in a list of work beside that of all", () => {
  const worker = { roles: ["viewer"], units: new Set<string>() };
  const lists = WORK_LISTS.filter((list) => list !== "open");
  const without = CaseState.options
    .filter((state) => !TERMINAL_STATES.has(state))
    .filter((state) => !lists.some((list) => isInList(list, { state } as CaseItem, worker)));
  expect(without).toEqual([]);
});
