/**
 * One platform a data folder: two would each think the journal theirs. The lock is a file with the
 * owner's process id and, where the system tells it, when that process began, so that a lock left
 * behind by a killed process, or met again after a reboot, is known to be nobody's.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GridwardenError } from "../model/errors.ts";

export interface FolderLock {
  release(): void;
}

/** @throws GridwardenError CONFIG_INVALID when a living process holds the folder. */
export function lockFolder(directory: string): FolderLock {
  const file = join(directory, "lock");
  const mine = `${process.pid} ${beganAt(process.pid) ?? ""}`;
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: "wx", mode: 0o600 });
      return { release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const held = readFileSync(file, "utf8");
    const [pid = 0] = held.split(" ").map(Number);
    if (isAlive(pid) && held === `${pid} ${beganAt(pid) ?? ""}`) {
      const text = `GRIDWARDEN_DATA_DIR '${directory}' is in use by the process ${pid}; stop it, or choose another folder`;
      throw new GridwardenError("CONFIG_INVALID", text, { details: { faults: [text] } });
    }
    rmSync(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When a process began, in the system's own count since it booted; undefined where it tells not. */
function beganAt(pid: number): string | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return `${boot}/${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return undefined;
  }
}
