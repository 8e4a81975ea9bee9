/** What network servers' gateways say of frames before they decode them. */
import { describe, expect, test } from "vitest";
import { formatContext, uplinkOn } from "../doubles/formats-world.ts";
import { createChirpstackGateway } from "./chirpstack.ts";
import type { Gateway, GatewayContext } from "./gateway.ts";
import { createThingsStackGateway } from "./things-stack.ts";

const EUI = "24e124713b000017";
const AT = Date.parse("2026-11-22T00:30:05.000Z");
const time = new Date(AT).toISOString();
const data = Buffer.from([1, 2, 3]).toString("base64");
const up = `application/a1/device/${EUI}/event/up`;

function framesIn(
  gateway: Gateway,
  format: "chirpstack" | "things-stack",
  [topic, payload]: [string, unknown],
  isWanted = true,
) {
  const context: Pick<GatewayContext, "registry"> = formatContext(format, { [EUI]: "waste-bin" });
  const frames = gateway.framesOf?.(uplinkOn(topic, payload), context, () => isWanted) ?? [];
  return frames.map(({ entry, frame: { bytes, fPort, at } }) => [
    entry.device.deviceId,
    [...bytes],
    fPort,
    at,
  ]);
}

describe("ChirpStack", () => {
  const frames = (payload: unknown, { topic = up, isWanted = true } = {}) =>
    framesIn(createChirpstackGateway(), "chirpstack", [topic, payload], isWanted);

  test("a frame with its port and time; an absent port is 0, which a script is told", () => {
    expect(frames({ time, fPort: 85, data })).toEqual([[`device-${EUI}`, [1, 2, 3], 85, AT]]);
    expect(frames({ data })).toEqual([[`device-${EUI}`, [1, 2, 3], undefined, undefined]]);
  });

  test.each([
    ["of a device that is not wanted", { data }, { isWanted: false }],
    ["of another event", { data }, { topic: up.replace("/up", "/status") }],
    ["of a device that nobody registered", { data }, { topic: up.replace("17/", "99/") }],
    ["of no bytes", { time, fPort: 85 }, {}],
    ["of bytes that are no base64", { data: "%%%" }, {}],
    ["of what is no JSON", "{", {}],
  ])("none %s", (_what, payload, more) => {
    expect(frames(payload, more)).toEqual([]);
  });
});

describe("The Things Stack", () => {
  const topic = "v3/bins@city/devices/bin-17/up";
  const ids = { end_device_ids: { dev_eui: EUI.toUpperCase() } };
  const frames = (payload: unknown, { at = topic, isWanted = true } = {}) =>
    framesIn(createThingsStackGateway(), "things-stack", [at, payload], isWanted);

  test("a frame with its port and time", () => {
    const message = { f_port: 7, frm_payload: data, received_at: time };
    expect(frames({ ...ids, uplink_message: message })).toEqual([
      [`device-${EUI}`, [1, 2, 3], 7, AT],
    ]);
  });

  test.each([
    ["not wanted", { ...ids, uplink_message: { frm_payload: data } }, { isWanted: false }],
    [
      "of a join",
      { ...ids, uplink_message: { frm_payload: data } },
      { at: topic.replace("/up", "/join") },
    ],
    ["of nobody", { uplink_message: { frm_payload: data } }, {}],
    ["without a message", ids, {}],
    ["of what is no JSON", "{", {}],
  ])("none %s", (_what, payload, more) => {
    expect(frames(payload, more)).toEqual([]);
  });
});
