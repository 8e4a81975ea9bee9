/** What the console asks of commands to devices; app/ hands it in. */
import type { RequestKey } from "../model/audit.ts";
import type { Command, CommandBatch } from "../model/command.ts";
import type { CommandAnswer } from "../model/presence.ts";
import type { Page, PageRequest } from "./deps.ts";
import type { CommandBatchBody, CommandBody } from "./schemas/commands.ts";

interface Asker {
  username: string;
}

export interface CommandsDoor {
  /**
   * Under a key that was used for the same call the answer is that of the first.
   * @throws DEVICE_NOT_FOUND, COMMAND_REFUSED, COMMAND_QUEUE_FULL, REQUEST_INVALID,
   *   IDEMPOTENCY_KEY_REUSED
   */
  send(deviceId: string, body: CommandBody, by: Asker, key?: RequestKey): Promise<Command>;
  /**
   * One that cannot take it is refused alone.
   * @throws COMMAND_REFUSED where none can, IDEMPOTENCY_KEY_REUSED
   */
  sendMany(body: CommandBatchBody, by: Asker, key?: RequestKey): Promise<CommandBatch>;
  /** Newest first. @throws DEVICE_NOT_FOUND */
  list(deviceId: string, page: PageRequest): Promise<Page<Command>>;
  /** @throws COMMAND_NOT_FOUND */
  batch(batchId: string): Promise<CommandBatch>;
  /** @throws COMMAND_NOT_FOUND, COMMAND_STATE_REFUSED */
  cancel(deviceId: string, commandId: string, by: Asker): Promise<Command>;
  /** What has not ended of it. @throws COMMAND_NOT_FOUND, COMMAND_STATE_REFUSED where all has */
  cancelMany(batchId: string, by: Asker): Promise<CommandBatch>;
  /** What the device answered to commands, whoever sent them; newest first. */
  answersOf(deviceId: string): Promise<CommandAnswer[]>;
}
