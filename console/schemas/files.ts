/** Files: what is said when one is sent, and one as it is shown, alone and at its case. */
import { z } from "zod";
import { FileFlag, FileId, FileMoment, FileType, ThumbnailSize } from "../../model/file.ts";
import { CaseNo } from "../../model/ids.ts";
import { IsoTime, TimeParameter } from "./common.ts";

const NAME_LENGTH_MAX = 200;
/** A name and no path. */
const NAME = /^[^\p{Cc}/\\]+$/u;

/** In an address, where an empty text is no number. */
export const degrees = (most: number) =>
  z
    .string()
    .regex(/^-?\d{1,3}(\.\d{1,15})?$/, `WGS-84 degrees from -${most} to ${most}`)
    .transform(Number)
    .pipe(z.number().min(-most).max(most));

export const FileQuery = z
  .strictObject({
    name: z.string().max(NAME_LENGTH_MAX).regex(NAME, "a file's name without a path").optional(),
    moment: FileMoment.default("other").describe("before, after or other than the work"),
    takenAt: TimeParameter.optional().describe("where the photo's own EXIF may be missing"),
    lon: degrees(180).optional(),
    lat: degrees(90).optional(),
  })
  .superRefine(({ lon, lat }, context) => {
    if ((lon === undefined) === (lat === undefined)) return;
    const path = [lon === undefined ? "lon" : "lat"];
    context.addIssue({ code: "custom", path, message: "lon and lat together, or neither" });
  });

export const FileParams = z.strictObject({ fileId: FileId });

export const ThumbnailQuery = z.strictObject({
  size: ThumbnailSize.default("480").describe("longest side in pixels"),
});

const Taken = z.object({
  takenAt: IsoTime.optional(),
  lon: z.number().optional(),
  lat: z.number().optional(),
});

const shown = {
  fileId: z.string(),
  sha256: z.string(),
  type: FileType,
  bytes: z.int(),
  moment: FileMoment,
  name: z.string().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  ...Taken.shape,
  exif: Taken.optional().describe("what the photo says of itself; it goes first"),
  said: Taken.optional().describe("what was said when it was sent"),
  perceptualHash: z.string().optional().describe("alike where photos look alike"),
  uploadedBy: z.string(),
  uploadedAt: IsoTime,
  caseNo: CaseNo.optional(),
};

export const FileAnswer = z.object(shown).meta({ id: "File" });
export type FileAnswer = z.infer<typeof FileAnswer>;

export const CaseFileAnswer = z
  .object({
    ...shown,
    seq: z.int().describe("the record of the history that attached it"),
    attachedAt: IsoTime,
    attachedBy: z.string(),
    flags: z.array(FileFlag).describe("what speaks against it as a proof"),
    reusedFrom: CaseNo.optional().describe("the case that had it, or one that looks like it"),
  })
  .meta({ id: "CaseFile" });
export type CaseFileAnswer = z.infer<typeof CaseFileAnswer>;

/** Bytes are answered as they are. */
export const FileBytes = z.unknown().describe("the bytes");
