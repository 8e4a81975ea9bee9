/**
 * Tells devices how they should be set, on `v1/{class}/{deviceId}/state/wanted`: when it changes, when a
 * device reports that it is set otherwise, and when it (or its gateway) subscribes. A message that is
 * lost in between is made up for by a later report of the device.
 */
import type { IngestBatch } from "../ingest/ingest.ts";
import { type Instant, MINUTE_MS } from "../model/clock.ts";
import { deltaOf } from "../model/device-twin.ts";
import type { Log } from "../model/log.ts";
import type { Registry } from "../registry/registry.ts";

export interface TwinSender {
  /** Somebody wants something else. */
  changed(deviceId: string): void;
  /** What came in a batch, once that is committed. */
  reported(reports: IngestBatch["reports"]): void;
  subscribed(filter: string): void;
}

/** One that sets itself otherwise and says so at once would else be told without end. */
const TOLD_AGAIN_MS = MINUTE_MS;
const WANTED_TOPIC = /^v1\/[^/]+\/([^/]+)\/state\/wanted$/;

export function createTwinSender(deps: {
  registry: Pick<Registry, "device" | "deviceTwins">;
  publish(topic: string, payload: string): Promise<void>;
  log: Log;
}): TwinSender {
  const { registry, publish, log } = deps;
  /** When devices whose reports differ were last told for it. */
  const toldAt = new Map<string, Instant>();

  /** False where the last time is not over; also begun anew where the clock was set back. */
  function mayTell(deviceId: string, at: Instant): boolean {
    const last = toldAt.get(deviceId);
    if (last !== undefined && at >= last && at < last + TOLD_AGAIN_MS) return false;
    toldAt.set(deviceId, at);
    return true;
  }

  async function send(
    deviceId: string,
    isWanted: "changed" | "where it differs",
    reportedAt?: Instant,
  ): Promise<void> {
    const slug = registry.device(deviceId)?.asset.class;
    if (slug === undefined) return;
    const twin = await registry.deviceTwins.of(deviceId);
    const { wanted, versions } = twin;
    if (versions.wanted === 0) return;
    if (isWanted === "where it differs" && Object.keys(deltaOf(twin)).length === 0) {
      toldAt.delete(deviceId);
      return;
    }
    if (reportedAt !== undefined && !mayTell(deviceId, reportedAt)) return;
    const payload = JSON.stringify({ version: versions.wanted, wanted });
    await publish(`v1/${slug}/${deviceId}/state/wanted`, payload);
  }

  const soon = (...[deviceId, isWanted, reportedAt]: Parameters<typeof send>): void => {
    send(deviceId, isWanted, reportedAt).catch((error) => {
      log.warn("a device was not told how it should be set; a later report has it told", {
        ...{ deviceId, error: String(error) },
      });
    });
  };

  return {
    changed: (deviceId) => soon(deviceId, "changed"),
    reported(reports) {
      const newest = new Map(reports.map(({ deviceId, at }) => [deviceId, at]));
      for (const [deviceId, at] of newest) soon(deviceId, "where it differs", at);
    },
    subscribed(filter) {
      const deviceId = WANTED_TOPIC.exec(filter)?.[1];
      if (deviceId !== undefined) soon(deviceId, "where it differs");
    },
  };
}
