/** What the console asks of commands to devices; app/ hands it in. */
import type { Command, CommandBatch } from "../model/command.ts";
import type { CommandAnswer } from "../model/presence.ts";
import type { Page, PageRequest } from "./deps.ts";
import type { CommandBatchBody, CommandBody } from "./schemas/commands.ts";

interface Asker {
  username: string;
}

export interface CommandsDoor {
  /** @throws DEVICE_NOT_FOUND, COMMAND_REFUSED, COMMAND_QUEUE_FULL, REQUEST_INVALID */
  send(deviceId: string, body: CommandBody, by: Asker): Promise<Command>;
  /** One that cannot take it is refused alone. @throws COMMAND_REFUSED where none can */
  sendMany(body: CommandBatchBody, by: Asker): Promise<CommandBatch>;
  /** Newest first. @throws DEVICE_NOT_FOUND */
  list(deviceId: string, page: PageRequest): Promise<Page<Command>>;
  /** @throws COMMAND_NOT_FOUND */
  batch(batchId: string): Promise<CommandBatch>;
  /** @throws COMMAND_NOT_FOUND, COMMAND_STATE_REFUSED */
  cancel(deviceId: string, commandId: string, by: Asker): Promise<Command>;
  /** What the device answered to commands, whoever sent them; newest first. */
  answersOf(deviceId: string): Promise<CommandAnswer[]>;
}
