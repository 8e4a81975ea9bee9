/** A copy of an SQLite file as it stands at one moment, also while another process writes to it. */
import { openConnection } from "./connection.ts";

/** `to` must not be there. @throws GridwardenError DATABASE_FAILED */
export function snapshotDatabase(file: string, to: string): void {
  const connection = openConnection(file, ["busy_timeout = 10000"]);
  try {
    connection.execute(`vacuum into '${to.replaceAll("'", "''")}'`);
  } finally {
    connection.close();
  }
}
