/** The log: one JSON object a line on stdout, human-readable on a terminal. */
import pino from "pino";
import pretty from "pino-pretty";
import type { Log } from "../model/log.ts";

export function createLog(level: "debug" | "info" | "warn" | "error"): Log {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    messageKey: "message",
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  const target = process.stdout.isTTY
    ? pretty({ messageKey: "message", sync: true, translateTime: "SYS:HH:MM:ss", ignore: "room" })
    : pino.destination({ dest: 1, sync: true });
  return wrap(pino(options, target));
}

function wrap(logger: pino.Logger): Log {
  return {
    debug: (message, about) => logger.debug(about ?? {}, message),
    info: (message, about) => logger.info(about ?? {}, message),
    warn: (message, about) => logger.warn(about ?? {}, message),
    error: (message, about) => logger.error(about ?? {}, message),
    of: (room) => wrap(logger.child({ room })),
  };
}
