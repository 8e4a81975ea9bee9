/**
 * Tells devices how they should be set, on `v1/{class}/{deviceId}/state/wanted`: when it changes, when a
 * device reports that it is set otherwise, and when it (or its gateway) subscribes. A message that is
 * lost in between is made up for by the device's next report.
 */
import type { IngestBatch } from "../ingest/ingest.ts";
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

const WANTED_TOPIC = /^v1\/[^/]+\/([^/]+)\/state\/wanted$/;

export function createTwinSender(deps: {
  registry: Pick<Registry, "device" | "deviceTwins">;
  publish(topic: string, payload: string): Promise<void>;
  log: Log;
}): TwinSender {
  const { registry, publish, log } = deps;

  async function send(deviceId: string, isWanted: "changed" | "where it differs"): Promise<void> {
    const slug = registry.device(deviceId)?.asset.class;
    if (slug === undefined) return;
    const twin = await registry.deviceTwins.of(deviceId);
    const { wanted, versions } = twin;
    if (versions.wanted === 0) return;
    if (isWanted === "where it differs" && Object.keys(deltaOf(twin)).length === 0) return;
    const payload = JSON.stringify({ version: versions.wanted, wanted });
    await publish(`v1/${slug}/${deviceId}/state/wanted`, payload);
  }

  const soon = (deviceId: string, isWanted: Parameters<typeof send>[1]): void => {
    send(deviceId, isWanted).catch((error) => {
      log.warn("a device was not told how it should be set; its next report has it told", {
        ...{ deviceId, error: String(error) },
      });
    });
  };

  return {
    changed: (deviceId) => soon(deviceId, "changed"),
    reported(reports) {
      const deviceIds = new Set(reports.map(({ deviceId }) => deviceId));
      for (const deviceId of deviceIds) soon(deviceId, "where it differs");
    },
    subscribed(filter) {
      const deviceId = WANTED_TOPIC.exec(filter)?.[1];
      if (deviceId !== undefined) soon(deviceId, "where it differs");
    },
  };
}
