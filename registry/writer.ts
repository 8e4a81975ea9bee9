/**
 * The registry's writes, one after another: checks against memory, statements in a transaction,
 * and only after the commit the change in memory and the word to whoever listens. What was checked
 * therefore still holds when it is written, and memory never shows what the disk does not have.
 */
import type { Database, Sql } from "../model/database.ts";
import type { Log } from "../model/log.ts";

export interface Change {
  /**
   * `key`: somebody who signs in over MQTT has another key, or none any more. `in-service`: a device
   * came into service that was not.
   */
  kind:
    | "asset"
    | "device"
    | "in-service"
    | "crew"
    | "unit"
    | "gateway"
    | "service"
    | "key"
    | "roster"
    | "json-source"
    | "twin"
    | "contacts";
  id: string;
}

export interface Writing {
  readonly tx: Sql;
  /** Runs after the commit, in order; must not fail. */
  onCommit(apply: () => void): void;
  /** Told to the listeners after everything was applied. */
  note(change: Change): void;
}

export type Write = <T>(work: (writing: Writing) => Promise<T>) => Promise<T>;

export interface Writer {
  write: Write;
  onChange(listener: (change: Change) => void): void;
}

export function createWriter(deps: { database: Database; log: Log }): Writer {
  const listeners: ((change: Change) => void)[] = [];
  let last: Promise<unknown> = Promise.resolve();

  async function writeNow<T>(work: (writing: Writing) => Promise<T>): Promise<T> {
    const applies: (() => void)[] = [];
    const changes: Change[] = [];
    const result = await deps.database.transaction((tx) =>
      work({
        tx,
        onCommit: (apply) => void applies.push(apply),
        note: (change) => void changes.push(change),
      }),
    );
    for (const apply of applies) apply();
    for (const change of changes) tell(change);
    return result;
  }

  function tell(change: Change): void {
    for (const listener of listeners) {
      try {
        listener(change);
      } catch (error) {
        deps.log.error("a listener of the registry failed", { change, error });
      }
    }
  }

  return {
    write(work) {
      const done = last.then(() => writeNow(work));
      last = done.catch(() => undefined);
      return done;
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
