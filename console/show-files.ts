/** Files as the API shows them; time and place are the photo's own, else its sender's. */
import { type CaseFile, type StoredFile, type Taken, takenOf } from "../model/file.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { CaseFileAnswer, FileAnswer } from "./schemas/files.ts";

export function showFile(file: StoredFile, zone: TimeZone): FileAnswer {
  const { exif, said, uploadedAt, ...rest } = file;
  return {
    ...rest,
    ...showTaken(takenOf(file), zone),
    ...(exif !== undefined && { exif: showTaken(exif, zone) }),
    ...(said !== undefined && { said: showTaken(said, zone) }),
    uploadedAt: zone.iso(uploadedAt),
  };
}

export function showCaseFile(file: CaseFile, zone: TimeZone): CaseFileAnswer {
  const { seq, attachedAt, attachedBy, flags, reusedFrom, ...stored } = file;
  return {
    ...showFile(stored, zone),
    seq,
    attachedAt: zone.iso(attachedAt),
    attachedBy,
    flags,
    ...(reusedFrom !== undefined && { reusedFrom }),
  };
}

function showTaken({ takenAt, lon, lat }: Taken, zone: TimeZone) {
  return {
    ...(takenAt !== undefined && { takenAt: zone.iso(takenAt) }),
    ...(lon !== undefined && lat !== undefined && { lon, lat }),
  };
}
