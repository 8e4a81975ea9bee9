/**
 * The thread that carries the log into the database's file, so that no commit has to. It answers each
 * request with what went wrong, or with nothing. A checkpoint waits for no reader or writer and makes
 * none wait: what it may not carry yet is left to the next.
 */
import { parentPort } from "node:worker_threads";
import { type Connection, openConnection } from "./connection.ts";

const port = parentPort;
if (port === null) throw new Error("this file runs as a worker thread of the database");

let connection: Connection | undefined;

port.on("message", (file: string | null) => {
  if (file === null) {
    connection?.close();
    port.close();
    return;
  }
  try {
    connection ??= openConnection(file, ["synchronous = full", "wal_autocheckpoint = 0"]);
    connection.all("pragma wal_checkpoint(passive)", []);
    port.postMessage(null);
  } catch (error) {
    port.postMessage((error as Error).message);
  }
});
