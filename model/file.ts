/**
 * A file that proves something of a case: a photo (JPEG, PNG, WebP) or a document (PDF). It is sent
 * first and attached by a step of the case afterwards. Its bytes lie outside the database under
 * their SHA-256; what is known of it is here.
 */
import { z } from "zod";
import type { Instant } from "./clock.ts";
import type { CaseNo } from "./ids.ts";

export const FileId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, "32 hexadecimal digits")
  .brand<"FileId">();
export type FileId = z.infer<typeof FileId>;

export const FileType = z.enum(["image/jpeg", "image/png", "image/webp", "application/pdf"]);
export type FileType = z.infer<typeof FileType>;

/** What it shows: the fault, the work done, or something else. */
export const FileMoment = z.enum(["before", "after", "other"]);
export type FileMoment = z.infer<typeof FileMoment>;

/** Longest side of a thumbnail, in pixels. */
export const ThumbnailSize = z.enum(["160", "480", "1280"]);
export type ThumbnailSize = z.infer<typeof ThumbnailSize>;

/** When and where a photo was taken; lon and lat are WGS-84 degrees and come together. */
export interface Taken {
  takenAt?: Instant;
  lon?: number;
  lat?: number;
}

export interface StoredFile {
  fileId: FileId;
  /** 64 hexadecimal digits, of all its bytes. */
  sha256: string;
  type: FileType;
  bytes: number;
  moment: FileMoment;
  /** As its sender calls it. */
  name?: string;
  /** Pixels of a photo as it is shown, after its EXIF orientation. */
  width?: number;
  height?: number;
  /** What the photo says of itself, and what was said when it was sent. */
  exif?: Taken;
  said?: Taken;
  /** Of a photo that shows anything: 16 hexadecimal digits, alike where photos look alike. */
  perceptualHash?: string;
  uploadedBy: string;
  uploadedAt: Instant;
  /** The case that it is attached to. */
  caseNo?: CaseNo;
}

/**
 * What speaks against a photo as a proof; nothing is refused for it.
 * `taken-before-start`: taken before the work began. `far-away`: farther from the case than
 * `photoDistanceMMax`. `reused`: it, or one that looks like it, was attached to another case.
 */
export const FileFlag = z.enum(["taken-before-start", "no-time", "far-away", "no-place", "reused"]);
export type FileFlag = z.infer<typeof FileFlag>;

/** A file as it lies at its case, from the step on that attached it. */
export interface CaseFile extends StoredFile {
  caseNo: CaseNo;
  /** Number of the step's record in the case's history. */
  seq: number;
  attachedAt: Instant;
  attachedBy: string;
  flags: FileFlag[];
  /** With `reused`: the case that had it. */
  reusedFrom?: CaseNo;
}

/** What a record of the history says of its files: the hash of the record covers it. */
export interface FileInRecord {
  fileId: string;
  sha256: string;
  moment: FileMoment;
}

export const isPhoto = ({ type }: Pick<StoredFile, "type">): boolean => type.startsWith("image/");

/** The photo's own word goes before its sender's, of time and place apart. */
export function takenOf({ exif = {}, said = {} }: Pick<StoredFile, "exif" | "said">): Taken {
  const takenAt = exif.takenAt ?? said.takenAt;
  const { lon, lat } = exif.lon === undefined ? said : exif;
  return {
    ...(takenAt !== undefined && { takenAt }),
    ...(lon !== undefined && lat !== undefined && { lon, lat }),
  };
}
