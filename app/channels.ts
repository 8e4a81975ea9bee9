/** The city's channels as they lie in the data folder. */
import { existsSync, readFileSync } from "node:fs";
import type { Clock } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import { type ChannelBook, readChannels } from "../notify/notify.ts";

/** @throws GridwardenError CONFIG_INVALID, also where the file is not there */
export function openChannels(file: string, clock: Pick<Clock, "now">): ChannelBook {
  let json: string;
  try {
    json = readFileSync(file, "utf8");
  } catch (error) {
    throw new GridwardenError(
      "CONFIG_INVALID",
      `${file} cannot be read: ${(error as Error).message}; docs/channels.md shows one`,
    );
  }
  return readChannels(json, clock);
}

/** A city without the file has no channels. @throws GridwardenError CONFIG_INVALID */
export const channelsIfAny = (file: string, clock: Pick<Clock, "now">): ChannelBook =>
  existsSync(file) ? openChannels(file, clock) : readChannels('{"channels":[]}', clock);
