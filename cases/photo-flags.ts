/**
 * What speaks against a photo as a proof, apart from its reuse. Nothing is refused for it: a phone
 * may have no fix and a wrong clock. Pure.
 */
import type { Case } from "../model/case.ts";
import { type FileFlag, isPhoto, type StoredFile, takenOf } from "../model/file.ts";
import { distanceM } from "../model/geography.ts";
import { LIMITS } from "../model/limits.ts";

/** A document has no flags. */
export function photoFlags(
  file: StoredFile,
  theCase: Pick<Case, "lon" | "lat" | "startedAt">,
): FileFlag[] {
  if (!isPhoto(file)) return [];
  const { takenAt, lon, lat } = takenOf(file);
  const { startedAt } = theCase;
  const flags: FileFlag[] = [];
  if (takenAt === undefined) flags.push("no-time");
  else if (startedAt !== undefined && takenAt < startedAt) flags.push("taken-before-start");
  if (lon === undefined || lat === undefined) flags.push("no-place");
  else if (distanceM({ lon, lat }, theCase) > LIMITS.photoDistanceMMax) flags.push("far-away");
  return flags;
}
