/** A note of the platform is known again in a history, whatever stands around it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  HISTORY_NOTES,
  type HistoryNote,
  historyNote,
  type NotePart,
  readHistoryNote,
} from "./history-notes.ts";

const NOTES = Object.keys(HISTORY_NOTES) as HistoryNote[];
const holesOf = (note: HistoryNote): string[] =>
  [...HISTORY_NOTES[note].matchAll(/\{(\w+)\}/g)].flatMap(([, name = ""]) => name);

/** As `historyNote`, of whatever note. */
const written = (note: HistoryNote, values: Record<string, string>): string =>
  historyNote(note, values as never);

test.each(NOTES)("the note '%s' is known again with its values", (note) => {
  const values = Object.fromEntries(holesOf(note).map((name) => [name, `the-${name}-7`]));
  expect(readHistoryNote(written(note, values))).toEqual([{ note, values }]);
});

test.each<[string, NotePart[]]>([
  ["the school is near", [{ said: "the school is near" }]],
  ["by me; as agreed", [{ said: "by me; as agreed" }]],
  [
    "by me; unit 'centre' has no crew that takes it; it stands at the unit",
    [{ said: "by me" }, { note: "no-crew", values: { unitId: "centre" } }],
  ],
  [
    "crew 'c-1' gets the order; nobody of unit 'works' who takes it is on duty; crew 'c-1' is on call",
    [
      { note: "crew-gets", values: { crewId: "c-1" } },
      { note: "on-call", values: { unitId: "works", crewId: "c-1" } },
    ],
  ],
  [
    "unit 'power' is asked to assist as '7-a1': cut box 3; then wait",
    [
      {
        note: "assist-asked",
        values: { unitId: "power", assistId: "7-a1", said: "cut box 3; then wait" },
      },
    ],
  ],
  [
    "alarm 'a1' of rule 'gas-line.ch4-leak' on device 'g-1' came after feedback",
    [
      {
        note: "alarm-after-feedback",
        values: { alarm: "alarm 'a1' of rule 'gas-line.ch4-leak' on device 'g-1'" },
      },
    ],
  ],
])("'%s' is read as what it is made of", (text, parts) => {
  expect(readHistoryNote(text)).toEqual(parts);
});

test("whatever a person writes is kept, letter by letter", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const parts = readHistoryNote(text);
      const told = parts.map((part) =>
        "said" in part ? part.said : written(part.note, { ...part.values }),
      );
      expect(told.join("; ")).toBe(text);
    }),
  );
});
