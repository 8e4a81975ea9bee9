/** What a room needs of a log: a sentence and the things it is about. */
export interface Log {
  debug(message: string, about?: Record<string, unknown>): void;
  info(message: string, about?: Record<string, unknown>): void;
  warn(message: string, about?: Record<string, unknown>): void;
  error(message: string, about?: Record<string, unknown>): void;
  /** The same log with a room's name on each line. */
  of(room: string): Log;
}

export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  of: () => silentLog,
};
