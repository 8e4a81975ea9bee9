/**
 * Gathers what changed in the sessions and writes it to their file in one transaction a moment
 * later. A message that was queued and acknowledged within that moment never touches the disk.
 * A failed write is kept and tried again.
 */
import { GridwardenError } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import type { Counter } from "../model/metrics.ts";
import type { QueuedMessage } from "./session.ts";
import type {
  QueuedRow,
  RetainedRow,
  SessionRow,
  SessionsChanges,
  SessionsFile,
  WillRow,
} from "./sessions-file.ts";

/** How a row looks now; undefined when there is none any more. */
export interface RowSource {
  session(id: string): SessionRow | undefined;
  retained(topic: string): RetainedRow | undefined;
  will(sessionId: string): WillRow | undefined;
}

interface Waiter {
  resolve: () => void;
  reject: (error: Error) => void;
}

const WRITE_DELAY_MS = 25;
const RETRY_DELAY_MS = 1_000;

export class WriteBehind {
  readonly #file: SessionsFile;
  readonly #rows: RowSource;
  readonly #log: Log;
  readonly #failures: Counter;
  #sessions = new Set<string>();
  #retained = new Set<string>();
  #wills = new Set<string>();
  #queued = new Map<number, { session: string; message: QueuedMessage } | undefined>();
  #waiters: Waiter[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isUrgent = false;

  constructor(file: SessionsFile, rows: RowSource, log: Log, failures: Counter) {
    this.#file = file;
    this.#rows = rows;
    this.#log = log;
    this.#failures = failures;
  }

  session(id: string): void {
    this.#sessions.add(id);
    this.#schedule(WRITE_DELAY_MS);
  }

  retained(topic: string): void {
    this.#retained.add(topic);
    this.#schedule(WRITE_DELAY_MS);
  }

  will(sessionId: string): void {
    this.#wills.add(sessionId);
    this.#schedule(WRITE_DELAY_MS);
  }

  queued(session: string, message: QueuedMessage): void {
    this.#queued.set(message.seq, { session, message });
    this.#schedule(WRITE_DELAY_MS);
  }

  unqueued(message: QueuedMessage): void {
    if (message.isOnDisk) {
      this.#queued.set(message.seq, undefined);
      this.#schedule(WRITE_DELAY_MS);
    } else this.#queued.delete(message.seq);
  }

  /** Settles when everything told so far is in the file; rejects when the file did not take it. */
  flushed(): Promise<void> {
    if (!this.#isDirty()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      if (this.#isUrgent) return;
      this.#isUrgent = true;
      setImmediate(() => this.#flush());
    });
  }

  /** Writes what is left; the file may be closed afterwards. */
  close(): void {
    this.#flush();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #isDirty(): boolean {
    return this.#sessions.size + this.#retained.size + this.#wills.size + this.#queued.size > 0;
  }

  #schedule(delayMs: number): void {
    this.#timer ??= setTimeout(() => this.#flush(), delayMs);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isUrgent = false;
    const waiters = this.#waiters;
    this.#waiters = [];
    try {
      if (this.#isDirty()) this.#write();
      for (const waiter of waiters) waiter.resolve();
    } catch (error) {
      this.#failures.add(1);
      this.#log.error("the broker's sessions could not be written; trying again", {
        error: String(error),
      });
      const failure = new GridwardenError(
        "DATABASE_FAILED",
        `the broker's sessions file did not take a write: ${String(error)}`,
        { cause: error },
      );
      for (const waiter of waiters) waiter.reject(failure);
      this.#schedule(RETRY_DELAY_MS);
    }
  }

  #write(): void {
    this.#file.write(this.#changes());
    for (const entry of this.#queued.values()) {
      if (entry !== undefined) entry.message.isOnDisk = true;
    }
    this.#sessions = new Set();
    this.#retained = new Set();
    this.#wills = new Set();
    this.#queued = new Map();
  }

  #changes(): SessionsChanges {
    const rowsOf = <Row>(
      keys: Set<string>,
      read: (key: string) => Row | undefined,
    ): Map<string, Row | undefined> => new Map([...keys].map((key) => [key, read(key)]));
    const queued = new Map<number, QueuedRow | undefined>();
    for (const [seq, entry] of this.#queued) {
      queued.set(seq, entry === undefined ? undefined : queuedRow(entry.session, entry.message));
    }
    return {
      sessions: rowsOf(this.#sessions, this.#rows.session),
      retained: rowsOf(this.#retained, this.#rows.retained),
      wills: rowsOf(this.#wills, this.#rows.will),
      queued,
    };
  }
}

function queuedRow(session: string, message: QueuedMessage): QueuedRow {
  return {
    seq: message.seq,
    session,
    cmd: message.cmd,
    topic: message.topic,
    payload: message.payload,
    qos: message.qos,
    messageId: message.messageId ?? null,
  };
}
