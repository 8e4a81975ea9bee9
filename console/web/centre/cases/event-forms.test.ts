import { expect, test } from "vitest";
import { callOf, type Draft, EMPTY_DRAFT, formOf, isReady, missingOf } from "./event-forms.ts";

const at = { caseNo: "4115242026112200001", version: 4, state: "HANDLING" };
const iso = (text: string): string => `${text}:00+08:00`;
const draft = (texts: Draft["texts"], ...files: string[]): Draft => ({
  ...{ texts, sending: 0 },
  files: files.map((field, n) => ({ fileId: `f${n}`, name: "a.jpg", field: field as "after" })),
});

test("what is needed and not there is named, a blank is not there", () => {
  expect(missingOf(formOf("feedback"), EMPTY_DRAFT)).toEqual(["note"]);
  expect(missingOf(formOf("feedback"), draft({ note: "  " }))).toEqual(["note"]);
  expect(missingOf(formOf("settle"), draft({ note: "done" }, "before"))).toEqual(["after"]);
  expect(missingOf(formOf("dispatch"), EMPTY_DRAFT)).toEqual([]);
});

test("while a photo is on its way nothing is sent without it", () => {
  const said = draft({ note: "done" }, "after");
  expect(isReady(formOf("feedback"), said)).toBe(true);
  expect(isReady(formOf("feedback"), { ...said, sending: 1 })).toBe(false);
  expect(isReady(formOf("feedback"), EMPTY_DRAFT)).toBe(false);
});

test("an event is sent with its version, what was filled in and its files", () => {
  const said = draft({ note: " put back ", outcome: "repaired", reason: "never asked" }, "after");
  expect(callOf(at, formOf("feedback"), said, iso)).toEqual({
    path: `/api/v1/cases/${at.caseNo}/transitions`,
    body: {
      event: "feedback",
      version: 4,
      outcome: "repaired",
      note: "put back",
      files: ["f0"],
    },
  });
});

test("a day is sent as the platform's zone has it", () => {
  const { body } = callOf(at, formOf("requestSuspend"), draft({ until: "2026-12-01T18:00" }), iso);
  expect(body.until).toBe("2026-12-01T18:00:00+08:00");
});

test("joining and urging have calls of their own", () => {
  expect(callOf(at, formOf("join"), draft({ into: "4115242026112200002" }), iso)).toEqual({
    path: `/api/v1/cases/${at.caseNo}/join`,
    body: { into: "4115242026112200002", version: 4 },
  });
  expect(callOf(at, formOf("urge"), draft({ note: "children play there" }), iso)).toEqual({
    path: `/api/v1/cases/${at.caseNo}/urge`,
    body: { note: "children play there", version: 4 },
  });
});

test("what the crew did not find is voided under that outcome, anything else under none", () => {
  const said = draft({ reason: "false" });
  const bodyAt = (state: string) => callOf({ ...at, state }, formOf("void"), said, iso).body;
  expect(bodyAt("FEEDBACK")).toMatchObject({ event: "void", outcome: "nothingFound" });
  expect(bodyAt("REPORTED")).not.toHaveProperty("outcome");
});

test("an event that the page does not know is asked for by all that one may bear", () => {
  expect(formOf("evaporate")).toEqual({
    event: "evaporate",
    fields: ["note", "reason", "files"],
    needs: [],
  });
});
