/** The journal's errors: which file, what was found, and the way out. */
import { GridwardenError } from "../model/errors.ts";

export function corrupt(
  message: string,
  details: Record<string, unknown>,
  cause?: unknown,
): GridwardenError {
  return new GridwardenError(
    "JOURNAL_CORRUPT",
    message,
    cause === undefined ? { details } : { details, cause },
  );
}

export function segmentCorrupt(
  path: string,
  damage: { offset: number; position: number; found: string },
): GridwardenError {
  return corrupt(
    `journal segment '${path}' has ${damage.found} at byte ${damage.offset}, where the record of ` +
      `position ${damage.position} was wanted; it was on disk whole once, so nothing is dropped ` +
      "by itself: put the file back from a backup, or stop the platform and run " +
      "'gridwarden journal repair', which sets the damaged part aside and says which positions are lost",
    { file: path, offset: damage.offset, position: damage.position, found: damage.found },
  );
}

export function positionGone(position: number, first: number): GridwardenError {
  return corrupt(
    `position ${position} is no longer in the journal, the oldest is ${first}; segments are ` +
      "deleted only behind every consumer, so a file was removed or a cursor put back: restore " +
      "the missing segments, or set the cursor forward",
    { position, first },
  );
}

export function positionAhead(position: number, end: number): GridwardenError {
  return corrupt(
    `position ${position} is past the end of the journal, ${end}; the journal is older than the ` +
      "cursor (its folder was emptied or put back from a backup): put both back from one backup, " +
      `or run 'gridwarden journal repair --continue-at ${position}', so that new records stand behind it`,
    { position, end },
  );
}

export function openFailed(directory: string, cause: unknown): GridwardenError {
  if (cause instanceof GridwardenError) return cause;
  const said = cause instanceof Error ? cause.message : String(cause);
  return new GridwardenError(
    "JOURNAL_WRITE_FAILED",
    `journal '${directory}' cannot be opened: ${said}; check the folder's owner, mode and room, ` +
      "and the system's log for the drive",
    { cause },
  );
}

const FULL_CODES = ["ENOSPC", "EDQUOT"];

export function writeFailed(path: string, cause: unknown): GridwardenError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (FULL_CODES.includes(code)) {
    return new GridwardenError(
      "JOURNAL_FULL",
      `the disk has no room for journal '${path}' (${said}); nothing is acknowledged until it has: ` +
        "free space there, it goes on by itself",
      { cause },
    );
  }
  return new GridwardenError(
    "JOURNAL_WRITE_FAILED",
    `journal '${path}': ${said}; the records of this write are not acknowledged and the next go ` +
      "to a new segment; look at the system's log for the drive",
    { cause },
  );
}
