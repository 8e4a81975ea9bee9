import { expect, test } from "vitest";
import { type Draft, EMPTY_DRAFT } from "./event-forms.ts";
import { formsBack, formsToKeep, isAtRest } from "./kept-forms.ts";

const typed: Draft = { texts: { note: "the school is near" }, files: [], sending: 0 };
const seen = { version: 3, seq: 2 };
const photo = { fileId: "f-1", name: "before.jpg", field: "before" } as const;

test.each([
  ["nothing was typed", {}, undefined],
  ["a form was opened and nothing typed in it", { file: EMPTY_DRAFT }, undefined],
  ["all of it was rubbed out", { file: { ...typed, texts: { note: " " } } }, undefined],
  ["one of two has a text", { file: EMPTY_DRAFT, dispatch: typed }, ["dispatch"]],
  ["one has a photo alone", { arrive: { ...EMPTY_DRAFT, files: [photo] } }, ["arrive"]],
])("where %s, what is kept is %s", (_, drafts, events) => {
  const kept = formsToKeep({ drafts, chosen: { event: "dispatch", seen } });
  expect(kept && Object.keys(kept.drafts)).toEqual(events);
});

test("forms to which a file is on its way are not at rest", () => {
  expect(isAtRest({ drafts: {} })).toBe(true);
  expect(isAtRest({ drafts: { dispatch: typed } })).toBe(true);
  expect(isAtRest({ drafts: { dispatch: typed, void: { ...typed, sending: 1 } } })).toBe(false);
});

test("what comes back waits for no file that was on its way, and opens the form it stood in", () => {
  const drafts = { dispatch: { ...typed, files: [photo], sending: 2 }, void: typed };
  const chosen = { event: "dispatch", seen };
  expect(formsBack({ drafts, chosen })).toEqual({
    drafts: { dispatch: { ...typed, files: [photo], sending: 0 }, void: typed },
    chosen,
  });
  expect(formsBack({ drafts, chosen: { event: "close", seen } }).chosen).toBeUndefined();
  expect(formsBack({})).toEqual({ drafts: {}, chosen: undefined });
});
