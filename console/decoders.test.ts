/** Decoders over HTTP: how they are put, shown and tried. */
import { expect, test } from "vitest";
import { Decoder } from "../model/decoder.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { setUp } from "./called-server.ts";

const table = {
  name: "EM400",
  kind: "table",
  mapping: { fields: [{ path: "distance", measurement: "waterLevelCm" }] },
};

test("a list has neither mappings nor scripts, one decoder is shown whole", async () => {
  const { call } = await setUp();
  const shown = {
    ...{ decoderId: "em400", version: 3, name: "EM400 distance", kind: "table" },
    vendor: "Milesight",
    off: { at: "2026-11-22T08:30:05.000+08:00", reason: "it failed 20 times" },
  };
  const listed = await call("GET", "/api/v1/decoders", { as: "viewer" });
  expect(listed.body.items).toEqual([shown]);
  const one = await call("GET", "/api/v1/decoders/em400", { as: "viewer" });
  expect(one.body).toEqual({ ...shown, mapping: table.mapping });
  const none = await call("GET", "/api/v1/decoders/none");
  expect([none.status, none.body.code]).toEqual([404, "DECODER_NOT_FOUND"]);
});

test("a script is shown to those alone who may put it", async () => {
  const script = "function decodeUplink() {}";
  const { call } = await setUp({}, ({ deps }) => {
    deps.decoders.get = (decoderId) => {
      const body = { decoderId, name: "EM400", kind: "script", script };
      return { ...Decoder.parse(body), version: 1 };
    };
  });
  for (const as of ["engineer", "admin"] as const) {
    const { body } = await call("GET", "/api/v1/decoders/em400", { as });
    expect(body).toMatchObject({ kind: "script", script });
  }
  for (const as of ["viewer", "leader", "unit"] as const) {
    const { status, body } = await call("GET", "/api/v1/decoders/em400", { as });
    expect([status, body.kind, "script" in body]).toEqual([200, "script", false]);
  }
});

test("a body that is nested too deep is refused, wherever the depth is", async () => {
  const { call } = await setUp();
  const tried = async (inputs: string) => {
    const body = `{"class":"manhole-cover","inputs":${inputs}}`;
    const more = { as: "engineer", body, type: "application/json" };
    return await call("POST", "/api/v1/decoders/try", more);
  };
  const deep = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
  const objects = (levels: number): string => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
  for (const levels of [LIMITS.requestDepthMax, 100_000]) {
    for (const inputs of [deep(levels), objects(levels), `[${objects(levels)}]`]) {
      const { status, body } = await tried(inputs);
      expect([status, body.code]).toEqual([400, "REQUEST_INVALID"]);
      expect(body.message).toBe(`the body is nested deeper than ${LIMITS.requestDepthMax} levels`);
    }
  }
  expect((await tried(deep(LIMITS.requestDepthMax - 1))).status).toBe(200);
});

test("what is put is answered with what became of its examples", async () => {
  const { doubles, call } = await setUp();
  const { status, body } = await call("PUT", "/api/v1/decoders/em400", { body: table });
  expect([status, body]).toEqual([
    200,
    {
      ...{ decoderId: "em400", version: 1, name: "EM400", kind: "table" },
      examples: [{ name: "tank", differences: [] }],
    },
  ]);
  expect(doubles.asked.at(-1)).toMatchObject({ with: { isForced: false } });
  await call("PUT", "/api/v1/decoders/em400?force=true", { body: table });
  expect(doubles.asked.at(-1)).toMatchObject({ with: { isForced: true } });
});

test("a script with examples that differ is refused with where they do", async () => {
  const differences = [{ name: "a", differences: [{ path: "data.t", wanted: 1, got: 2 }] }];
  const { call } = await setUp({}, ({ deps }) => {
    deps.decoders.put = () =>
      Promise.reject(
        new GridwardenError("DECODER_EXAMPLES_DIFFER", "1 of 1 examples differ", {
          details: { differences },
        }),
      );
  });
  const body = { name: "x", kind: "script", script: "function decodeUplink() {}" };
  const answer = await call("PUT", "/api/v1/decoders/x", { body });
  expect([answer.status, answer.body.details]).toEqual([400, { differences }]);
});

test.each([
  ["no kind", { name: "x" }, "kind"],
  ["a table with a script", { ...table, script: "x" }, "script"],
  ["a script without one", { name: "x", kind: "script" }, "script"],
  [
    "a path that is none",
    { ...table, mapping: { fields: [{ path: "a..b", measurement: "x" }] } },
    "'a..b' is no path; write it like object.distance",
  ],
  ["readings of before of no array", { ...table, past: { fields: [] } }, "'past' wants 'elements'"],
  [
    "bytes that are no bytes",
    {
      ...{ name: "x", kind: "script", script: "x" },
      examples: [{ name: "a", input: { bytes: [256] }, output: {} }],
    },
    "bytes",
  ],
])("%s is refused with what is wanted", async (_what, body, text) => {
  const { call } = await setUp();
  const answer = await call("PUT", "/api/v1/decoders/x", { body });
  expect([answer.status, answer.body.code]).toEqual([400, "REQUEST_INVALID"]);
  expect(answer.body.message).toContain(text);
});

test("one that devices name is not removed, and some of them are told", async () => {
  const { call } = await setUp();
  const answer = await call("DELETE", "/api/v1/decoders/used");
  expect([answer.status, answer.body.details]).toEqual([
    409,
    { count: 2, devices: ["mc-1", "mc-2"] },
  ]);
  expect((await call("DELETE", "/api/v1/decoders/other")).status).toBe(204);
});

test("what is tried is shown with its times in the platform's zone", async () => {
  const { doubles, call } = await setUp();
  const body = { decoder: table, class: "manhole-cover", inputs: [{ distance: 1_700 }] };
  const answer = await call("POST", "/api/v1/decoders/try", { as: "engineer", body });
  expect(answer.body).toEqual({
    inputs: [
      {
        tree: { distance: 1_700 },
        values: [
          {
            ...{ measurement: "waterLevelCm", value: 170, unit: "cm", seq: 1 },
            observedAt: "1970-01-01T08:00:00.000+08:00",
          },
        ],
        faults: [],
        unmapped: [{ path: "position", value: "normal" }],
      },
    ],
  });
  expect(doubles.asked.at(-1)).toMatchObject({ with: { class: "manhole-cover" } });
});

test("of a device's newest values those are extras that its class does not name", async () => {
  const { call } = await setUp({}, ({ deps }) => {
    const latest = deps.readings.latest;
    deps.readings.latest = async (assetId) => {
      const [sample] = await latest(assetId);
      if (sample === undefined) return [];
      const of = (deviceId: string, measurement: string) =>
        ({ ...sample, deviceId, measurement }) as typeof sample;
      const own = sample.deviceId;
      return [of(own, "tiltDeg"), of(own, "pitch"), of("another", "roll")];
    };
  });
  const devices = await call("GET", "/api/v1/devices");
  const deviceId = String(devices.body.items?.[0]?.deviceId);
  const { body } = await call("GET", `/api/v1/devices/${deviceId}/extras`, { as: "viewer" });
  expect(body.items).toMatchObject([{ deviceId, measurement: "pitch" }]);
  const none = await call("GET", "/api/v1/devices/none/extras");
  expect([none.status, none.body.code]).toEqual([404, "DEVICE_NOT_FOUND"]);
});
