/**
 * `gridwarden channels`: are the channels of the data folder sound, and does one reach me? A message that
 * is sent so is a drill and says so.
 */

import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import type { ChannelBook } from "../notify/notify.ts";
import { openChannels } from "./channels.ts";
import { checkedOptions, say, tellFault, UsageError } from "./command-faults.ts";
import { dataPaths } from "./paths.ts";

const HELP = `gridwarden channels check [options]
gridwarden channels send --channel ID --to WHOM [options]

  check            reads channels.json and lists the channels, or every fault of it
  send             sends a drill by one channel and prints what its gateway said
  --channel ID     a 'channelId' of channels.json
  --to WHOM        a telephone number, a user, an address: as the channel wants it
  --text TEXT      what the message says ("is this channel alive?")
  --data-dir D     the data folder (GRIDWARDEN_DATA_DIR, ./data)

  Exit code: 0 sound or taken, 1 a fault or not taken, 64 wrong options.
`;

const EXIT_FAILED = 1;

interface Options {
  channelId: string | undefined;
  to: string | undefined;
  text: string;
  directory: string;
}

/** Answers the exit code. */
export async function runChannels(
  args: readonly string[],
  dataDirectory: () => string,
): Promise<number> {
  try {
    const [command, ...rest] = args;
    if (command === undefined || command === "--help" || rest.includes("--help")) {
      return say(HELP);
    }
    const options = readOptions(rest, dataDirectory);
    if (command === "check") return say(listOf(openBook(options.directory)), 0);
    if (command === "send") return await send(options);
    throw new UsageError(`there is no command 'channels ${command}'`);
  } catch (error) {
    return tellFault(error, { name: "channels", help: HELP, exitCode: EXIT_FAILED });
  }
}

function readOptions(args: readonly string[], dataDirectory: () => string): Options {
  return checkedOptions(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        channel: { type: "string" },
        to: { type: "string" },
        text: { type: "string", default: "is this channel alive? / 渠道测试" },
        "data-dir": { type: "string" },
      },
    });
    const { channel: channelId, to, text, "data-dir": directory = dataDirectory() } = values;
    return { channelId, to, text, directory };
  });
}

const openBook = (directory: string): ChannelBook =>
  openChannels(dataPaths(directory).channels, { now: () => Date.now() });

function listOf({ channels }: ChannelBook): string {
  return [...channels].map(([channelId, { kind }]) => `${channelId}\t${kind}\n`).join("");
}

async function send({ channelId, to, text, directory }: Options): Promise<number> {
  if (channelId === undefined || to === undefined) {
    throw new UsageError("'channels send' wants --channel and --to");
  }
  const message = {
    ...{ messageId: `drill-${randomUUID()}`, repeats: 0, isDrill: true },
    ...{ title: "gridwarden", text, fields: {} },
  };
  const sending = await openBook(directory).need(channelId).send(to, message);
  if (sending.kind === "taken") return say("taken\n", 0);
  const cure = sending.isFinal ? "the same again will fail, too" : "it may be tried again";
  process.stderr.write(`not taken: ${sending.reason} (${cure})\n`);
  return EXIT_FAILED;
}
