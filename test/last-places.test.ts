/** Last places of a running platform. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPlatform, type TestPlatform } from "./support/platform.ts";

const PATH = "/api/v1/evaluation/last-places";
let rig: TestPlatform;

beforeAll(async () => {
  rig = await startPlatform();
});
afterAll(() => rig.stop());

test("where nothing was due, no unit is last", async () => {
  const { status, body } = await rig.api.get(`${PATH}?period=2026-10`);
  expect([status, body]).toEqual([
    200,
    { period: "2026-10", isOver: true, asOf: expect.any(String), verified: true, items: [] },
  ]);
});

test("a week is refused by name", async () => {
  const { status, body } = await rig.api.get<{ message: string }>(`${PATH}?period=2026-W47`);
  expect([status, body.message]).toEqual([400, expect.stringContaining("'2026-W47'")]);
});
