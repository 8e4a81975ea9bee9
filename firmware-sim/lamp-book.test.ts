import { expect, test } from "vitest";
import type { DeviceCommand } from "./encoders/commands.ts";
import { createLampBook } from "./lamp-book.ts";

const NOW = Date.parse("2026-11-27T20:00:00Z");
const write = (commandId: string, value: unknown, more = {}) => ({
  ...{ commandId, resource: "3416/0/1", value, ...more },
});

function book() {
  const obeyed: DeviceCommand[] = [];
  const lamps = createLampBook(
    () => NOW,
    () => {},
  );
  lamps.listen("lc-1", (command) => {
    obeyed.push(command);
    return { ok: true };
  });
  return { lamps, obeyed };
}

test("who reads on from a cursor has each entry once, in order", () => {
  const { lamps } = book();
  for (let n = 1; n <= 5; n += 1) lamps.report("lc-1", NOW + n, { "3416/0/3": n });
  const first = lamps.page(0, 3);
  expect([first.reports.length, first.next, first.more]).toEqual([3, "3", true]);
  const rest = lamps.page(Number(first.next), 3);
  expect(rest.reports).toMatchObject([
    { resources: { "3416/0/3": 4 } },
    { resources: { "3416/0/3": 5 } },
  ]);
  expect([rest.more, lamps.page(5, 3)]).toEqual([
    false,
    { reports: [], results: [], next: "5", more: false },
  ]);
});

test("a command is obeyed once, however often it comes under its id", () => {
  const { lamps, obeyed } = book();
  expect(lamps.command("lc-1", write("c-1", 60)).status).toBe(202);
  expect(lamps.command("lc-1", write("c-1", 60)).status).toBe(200);
  expect(obeyed).toEqual([{ id: "c-1", name: "dim", args: { percent: 60 } }]);
  expect(lamps.page(0, 9).results).toMatchObject([
    { commandId: "c-1", state: "sent" },
    { commandId: "c-1", state: "done" },
  ]);
});

test.each([
  ["lc-9", write("c-1", 60), 404],
  ["lc-1", write("c-1", 101), 422],
  ["lc-1", write("c-1", "on"), 422],
  ["lc-1", write("", 60), 400],
  ["lc-1", undefined, 400],
])("%s %j is answered %i and obeyed by nobody", (controllerId, said, status) => {
  const { lamps, obeyed } = book();
  expect(lamps.command(controllerId, said).status).toBe(status);
  expect([obeyed, lamps.seq()]).toEqual([[], 0]);
});

test("what comes after its time fails, and is not obeyed", () => {
  const { lamps, obeyed } = book();
  lamps.command("lc-1", write("c-1", 60, { expiresAt: "2026-11-27T19:59:59Z" }));
  expect(obeyed).toEqual([]);
  expect(lamps.page(0, 9).results.at(-1)).toMatchObject({ state: "failed" });
});
