/** Decoding again at the console's door: what it takes, asks for and answers. */
import { expect, test } from "vitest";
import { setUp } from "./called-server.ts";
import { NOW } from "./samples.ts";

const PERIOD = { from: NOW - 60_000, to: "2026-11-22T08:30:00+08:00" };

test("a re-decoding is asked for by one selection, and answered with its id and what it means", async () => {
  const { call, doubles } = await setUp();
  const body = { ...PERIOD, deviceIds: ["bin-1", "bin-2"] };
  const answer = await call("POST", "/api/v1/redecodings", { as: "engineer", body });
  expect([answer.status, answer.body]).toEqual([202, expect.anything()]);
  expect(answer.body).toMatchObject({
    ...{ redecodingId: "job-1", state: "waiting", by: "engineer", donePercent: 25 },
    ...{ deviceIds: ["bin-1", "bin-2"], uplinks: 40, to: "2026-11-22T08:30:00.000+08:00" },
    values: { replaced: 30, added: 2, same: 8, refused: 0 },
    faults: [{ reason: "VALUE_INVALID", count: 1, text: "field 'level'" }],
  });
  expect(doubles.asked.at(-1)).toMatchObject({
    what: "redecodings.ask",
    with: { selection: { deviceIds: ["bin-1", "bin-2"] }, from: NOW - 60_000, by: "engineer" },
  });
});

test.each([
  [{}],
  [{ decoderId: "a", format: "chirpstack" }],
  [{ deviceIds: [] }],
  [{ format: "morse" }],
  [{ decoderId: "a", from: "yesterday" }],
])("what is no selection or no period is refused: %o", async (more) => {
  const { call, doubles } = await setUp();
  const answer = await call("POST", "/api/v1/redecodings", { body: { ...PERIOD, ...more } });
  expect([answer.status, answer.body.code]).toEqual([400, "REQUEST_INVALID"]);
  expect(doubles.asked).toEqual([]);
});

test("its progress is read, it is stopped, and one that is not there is 404", async () => {
  const { call } = await setUp();
  const url = "/api/v1/redecodings/job-1";
  expect((await call("GET", url)).body).toMatchObject({
    ...{ state: "running", format: "chirpstack" },
    // Of what came, too, some stands beside it: that is no news.
    unanswered: [{ measurement: "fill", readings: 7 }],
  });
  const stopped = await call("DELETE", url);
  expect([stopped.status, stopped.body.state]).toEqual([200, "cancelled"]);
  expect(stopped.body.endedAt).toBe("2026-11-22T08:30:00.000+08:00");
  const none = await call("GET", "/api/v1/redecodings/none");
  expect([none.status, none.body.code]).toEqual([404, "REDECODING_NOT_FOUND"]);
});

test("a dead letter is tried again, or all of a reason, a format or a device", async () => {
  const { call, doubles } = await setUp();
  const one = await call("POST", "/api/v1/dead-letters/17/retry", { body: {} });
  expect([one.status, one.body]).toMatchObject([200, { tried: 2, left: 1 }]);
  const body = { reason: "DEVICE_UNKNOWN", format: "chirpstack", cursor: "99" };
  const all = await call("POST", "/api/v1/dead-letters/retry", { body });
  expect(all.body).toEqual({
    ...{ tried: 2, left: 1, notKept: 0, next: "17" },
    values: { stored: 3, duplicate: 1, conflict: 0, refused: 0 },
  });
  expect(doubles.asked.map((each) => each.with)).toEqual([17, body]);
  const wrong = await call("POST", "/api/v1/dead-letters/retry", { body: { reason: "BAD_LUCK" } });
  expect([wrong.status, wrong.body.code]).toEqual([400, "REQUEST_INVALID"]);
});

test("a viewer may neither", async () => {
  const { call } = await setUp();
  for (const [url, body] of [
    ["/api/v1/redecodings", { ...PERIOD, format: "native" }],
    ["/api/v1/dead-letters/17/retry", {}],
  ] as const) {
    expect((await call("POST", url, { as: "viewer", body })).status).toBe(403);
  }
});
