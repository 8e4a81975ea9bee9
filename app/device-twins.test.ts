import { expect, test } from "vitest";
import { DeviceId } from "../model/ids.ts";
import { silentLog } from "../model/log.ts";
import { createTwinSender } from "./device-twins.ts";

const D1 = DeviceId.parse("d-1");

function world(wanted: Record<string, number>, reported: Record<string, number>, version = 3) {
  const sent: [string, unknown][] = [];
  const entry = { asset: { class: "manhole-cover" } } as never;
  const sender = createTwinSender({
    registry: {
      device: (deviceId) => (deviceId === "d-1" ? entry : undefined),
      deviceTwins: {
        of: async () => ({ wanted, reported, versions: { wanted: version, reported: 1 } }),
      } as never,
    },
    publish: async (topic, payload) => void sent.push([topic, JSON.parse(payload)]),
    log: silentLog,
  });
  const settled = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return sent.splice(0);
  };
  return { sender, settled };
}
const TOPIC = "v1/manhole-cover/d-1/state/wanted";
const report = { deviceId: D1, state: {}, at: 0 };

test("what is wanted is sent when it changes, and where a report differs, once a batch", async () => {
  const { sender, settled } = world({ minutes: 30 }, { minutes: 60 });
  const message = [TOPIC, { version: 3, wanted: { minutes: 30 } }];
  sender.changed("d-1");
  expect(await settled()).toEqual([message]);
  sender.reported([report, report]);
  expect(await settled()).toEqual([message]);
  sender.subscribed(TOPIC);
  expect(await settled()).toEqual([message]);
  sender.subscribed("v1/manhole-cover/d-1/command");
  sender.changed("stranger");
  expect(await settled()).toEqual([]);
});

test("a device that sets itself otherwise and says so at once is told once a minute", async () => {
  const { sender, settled } = world({ minutes: 30 }, { minutes: 60 });
  const times = [0, 20, 59_999, 60_000, 90_000, 80_000, 5_000];
  const told: number[] = [];
  for (const at of times) {
    sender.reported([{ ...report, at }]);
    told.push((await settled()).length);
  }
  // The clock was set back before the last one.
  expect(told).toEqual([1, 0, 0, 1, 0, 0, 1]);
  sender.subscribed(TOPIC);
  sender.changed("d-1");
  expect(await settled()).toHaveLength(2);
});

test("a device that is set as it should be is told nothing but changes", async () => {
  const { sender, settled } = world({ minutes: 30 }, { minutes: 30, led: 1 });
  sender.reported([report]);
  sender.subscribed(TOPIC);
  expect(await settled()).toEqual([]);
  sender.changed("d-1");
  expect(await settled()).toHaveLength(1);
});

test("where nobody ever wanted anything, nothing is sent", async () => {
  const { sender, settled } = world({}, { minutes: 30 }, 0);
  sender.changed("d-1");
  sender.reported([report]);
  expect(await settled()).toEqual([]);
});
