import fc from "fast-check";
import { expect, test } from "vitest";
import { twinRows, wantedOf } from "./twin-rows.ts";

test("a twin is a row for each name, wanted beside reported", () => {
  const rows = twinRows({
    wanted: { led: false, minutes: 30 },
    reported: { minutes: 60, fw: "2" },
  });
  expect(rows).toEqual([
    { name: "fw", wanted: "", reported: '"2"' },
    { name: "led", wanted: "false", reported: "" },
    { name: "minutes", wanted: "30", reported: "60" },
  ]);
  expect(wantedOf([...rows, { name: " mode ", wanted: "eco", reported: "", isNew: true }])).toEqual(
    {
      ...{ led: false, minutes: 30, mode: "eco" },
    },
  );
});

test("what is shown and not changed is wanted as before, whatever it is", () => {
  const value = fc.oneof(
    fc.string({ minLength: 1 }).filter((text) => text.trim() === text),
    fc.integer(),
    fc.boolean(),
  );
  const name = fc.stringMatching(/^[a-z]{1,8}$/);
  fc.assert(
    fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (wanted) => {
      expect(wantedOf(twinRows({ wanted, reported: {} }))).toEqual(wanted);
    }),
  );
});
