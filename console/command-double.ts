/** Commands for tests of the console: one to the device `dev-1`, one batch. */
import type { Command, CommandBatch } from "../model/command.ts";
import { GridwardenError } from "../model/errors.ts";
import { DeviceId } from "../model/ids.ts";
import type { CommandsDoor } from "./command-door.ts";
import type { Doubles } from "./doubles.ts";

const NOW = Date.UTC(2026, 10, 22, 0, 30);
const asked = { name: "dim", args: { percent: 60 }, mode: "until-acknowledged" } as const;
const told = { createdAt: NOW, createdBy: "engineer", expiresAt: NOW + 900_000 };

const SAMPLE_COMMAND: Command = {
  ...{ commandId: "command-1", deviceId: DeviceId.parse("dev-1"), seq: 7, ...asked, ...told },
  ...{ state: "sent", tries: 1, sentAt: NOW + 1_000, nextAt: NOW + 6_000 },
};
const SAMPLE_BATCH: CommandBatch = {
  ...{ batchId: "batch-1", ...asked, ...told, target: { cabinet: "cabinet-1" }, total: 3 },
  counts: { queued: 0, sent: 1, delivered: 0, done: 1, refused: 1, expired: 0, cancelled: 0 },
  failures: [{ deviceId: "dev-3", message: "it is 'retired'" }],
};

export function commandsDouble(calls: Doubles["asked"]): CommandsDoor {
  return {
    async send(deviceId, body, { username }, key) {
      const named = key === undefined ? {} : { key };
      calls.push({ what: "commands.send", with: { deviceId, body, username, ...named } });
      return SAMPLE_COMMAND;
    },
    async sendMany(body, { username }, key) {
      const named = key === undefined ? {} : { key };
      calls.push({ what: "commands.sendMany", with: { body, username, ...named } });
      return SAMPLE_BATCH;
    },
    async list(deviceId, page) {
      calls.push({ what: "commands.list", with: { deviceId, page } });
      return { items: [SAMPLE_COMMAND], next: "7" };
    },
    async batch(batchId) {
      if (batchId === SAMPLE_BATCH.batchId) return SAMPLE_BATCH;
      throw new GridwardenError("COMMAND_NOT_FOUND", `no batch has the id '${batchId}'`);
    },
    async cancel(deviceId, commandId, { username }) {
      calls.push({ what: "commands.cancel", with: { deviceId, commandId, username } });
      return { ...SAMPLE_COMMAND, state: "cancelled", endedAt: NOW + 2_000 };
    },
    async cancelMany(batchId, { username }) {
      calls.push({ what: "commands.cancelMany", with: { batchId, username } });
      const counts = { ...SAMPLE_BATCH.counts, sent: 0, cancelled: 1 };
      return { ...SAMPLE_BATCH, counts };
    },
    answersOf: async () => [],
  };
}
