/** What the platform says of a command is known again, whatever it stands beside. */
import { expect, test } from "vitest";
import {
  COMMAND_NOTES,
  type CommandNote,
  type CommandNotePart,
  commandNote,
  readCommandNote,
} from "./command-notes.ts";

const NOTES = Object.keys(COMMAND_NOTES) as CommandNote[];

test.each(NOTES)("the note '%s' is known again with its values", (note) => {
  const names = [...COMMAND_NOTES[note].matchAll(/\{(\w+)\}/g)].flatMap(([, name = ""]) => name);
  const values = Object.fromEntries(names.map((name) => [name, `the-${name}-7`]));
  expect(readCommandNote(commandNote(note, values as never))).toEqual([{ note, values }]);
});

test.each<[string, CommandNotePart[]]>([
  ["lamp driver 3 is too hot; try later", [{ said: "lamp driver 3 is too hot; try later" }]],
  [
    "cancelled by li; it had been sent, the device may have done it",
    [
      { note: "cancelled", values: { by: "li" } },
      { note: "may-be-done", values: {} },
    ],
  ],
  [
    'OneNET answered 200: \'{"code":10403; "msg":"no"}\'',
    [
      {
        note: "onenet-declined",
        values: { status: "200", said: '\'{"code":10403; "msg":"no"}\'' },
      },
    ],
  ],
  [
    "device 'sp-1': metric 'isLit' is Boolean and takes true or false; got 1",
    [
      {
        note: "metrics-of",
        values: {
          deviceId: "sp-1",
          said: "metric 'isLit' is Boolean and takes true or false; got 1",
        },
      },
    ],
  ],
])("'%s' is read as what it is made of", (text, parts) => {
  expect(readCommandNote(text)).toEqual(parts);
});
