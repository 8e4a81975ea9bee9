/** The alarms' figures over HTTP: what spans the route takes, and what it shows. */
import { expect, test } from "vitest";
import { DAY_MS } from "../model/clock.ts";
import { setUp } from "./called-server.ts";
import { NOW } from "./samples.ts";

const PATH = "/api/v1/alarms/performance";

test("without a span it is the last day, with times in the platform's zone and the load beside it", async () => {
  const { call, doubles } = await setUp();
  const answer = await call("GET", PATH, { as: "leader" });
  expect(answer.status).toBe(200);
  expect(doubles.asked.at(-1)?.with).toEqual({ from: NOW - DAY_MS, to: NOW });
  const met = { value: 1, target: 1, sense: "atMost", isMet: true };
  expect(answer.body).toMatchObject({
    from: "2026-11-21T08:30:00.000+08:00",
    to: "2026-11-22T08:30:00.000+08:00",
    raised: 144,
    averagePer10Min: met,
    peakPer10Min: { ...met, at: "2026-11-22T08:30:00.000+08:00" },
    bySeverity: { notice: { ...met, count: 144 }, critical: { ...met, count: 0 } },
    worstActors: [{ deviceId: "dev-1", assetId: "cover-1", count: 144, share: 1 }],
    units: [{ unitId: "works", raised: 144, averagePer10Min: met }],
    load: [
      { state: "calm", per10Min: 14, gathered: 3 },
      {
        crewId: "crew-1",
        state: "flood",
        since: "2026-11-22T08:30:00.000+08:00",
        per10Min: 12,
        gathered: 3,
      },
    ],
  });
});

test("a span is taken as it is said, up to 31 days", async () => {
  const { call, doubles } = await setUp();
  const from = NOW - 31 * DAY_MS;
  expect((await call("GET", `${PATH}?from=${from}&to=${NOW}`, { as: "viewer" })).status).toBe(200);
  expect(doubles.asked.at(-1)?.with).toEqual({ from, to: NOW });
  const iso = "from=2026-11-01T00:00:00%2B08:00&to=2026-11-02T00:00:00%2B08:00";
  expect((await call("GET", `${PATH}?${iso}`, { as: "viewer" })).status).toBe(200);
  expect(doubles.asked.at(-1)?.with).toEqual({
    from: Date.parse("2026-11-01T00:00:00+08:00"),
    to: Date.parse("2026-11-02T00:00:00+08:00"),
  });
});

test.each([
  ["longer than 31 days", `from=${NOW - 31 * DAY_MS - 1}&to=${NOW}`],
  ["empty", `from=${NOW}&to=${NOW}`],
  ["backwards", `from=${NOW}&to=${NOW - 1}`],
  ["no time", "from=yesterday"],
  ["of another name", "since=1"],
])("a span that is %s is refused by name", async (_title, query) => {
  const { call } = await setUp();
  const answer = await call("GET", `${PATH}?${query}`, { as: "viewer" });
  expect([answer.status, answer.body.code]).toEqual([400, "REQUEST_INVALID"]);
  expect(answer.body.message).toMatch(/'(from|since)'/);
});
