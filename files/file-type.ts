/**
 * What bytes are, by how they begin; what a header or a name says of them is only compared.
 * Types that are not taken are known by name, so that a refusal can say what came. Pure.
 */
import { GridwardenError } from "../model/errors.ts";
import { FileType } from "../model/file.ts";

/** Bytes of the beginning that tell. */
export const HEAD_BYTES = 64;

/** Endings under which a type goes; another one is a lie. */
const ENDINGS: Record<FileType, readonly string[]> = {
  "image/jpeg": ["jpg", "jpeg", "jpe", "jfif"],
  "image/png": ["png"],
  "image/webp": ["webp"],
  "application/pdf": ["pdf"],
};
/** A header that says nothing. */
const NO_CLAIM = new Set(["", "application/octet-stream", "binary/octet-stream"]);

interface Signature {
  /** Bytes as text in Latin-1. */
  begin: string;
  /** Where they stand; 0 when absent. */
  at?: number;
  is: string;
}

const SIGNATURES: readonly Signature[] = [
  { begin: "\xff\xd8\xff", is: "image/jpeg" },
  { begin: "\x89PNG\r\n\x1a\n", is: "image/png" },
  { begin: "WEBP", at: 8, is: "image/webp" },
  { begin: "%PDF-", is: "application/pdf" },
  { begin: "ftyphei", at: 4, is: "image/heic" },
  { begin: "ftyphev", at: 4, is: "image/heic" },
  { begin: "ftypmif1", at: 4, is: "image/heic" },
  { begin: "ftypavif", at: 4, is: "image/avif" },
  { begin: "ftyp", at: 4, is: "video/mp4" },
  { begin: "GIF8", is: "image/gif" },
  { begin: "BM", is: "image/bmp" },
  { begin: "II*\0", is: "image/tiff" },
  { begin: "MM\0*", is: "image/tiff" },
  { begin: "PK\x03\x04", is: "application/zip" },
  { begin: "\x1f\x8b", is: "application/gzip" },
  { begin: "\x7fELF", is: "a Linux program" },
  { begin: "MZ", is: "a Windows program" },
  { begin: "#!", is: "a script" },
];

/** A type, or a name for what is not taken. */
export function whatIs(head: Uint8Array): string {
  const text = Buffer.from(head.subarray(0, HEAD_BYTES)).toString("latin1");
  const found = SIGNATURES.find(({ begin, at = 0 }) => text.startsWith(begin, at));
  if (found !== undefined) return found.is;
  if (/^(\xef\xbb\xbf)?\s*<(!doctype html|html|script)/i.test(text)) return "text/html";
  if (/^(\xef\xbb\xbf)?\s*<(\?xml|svg)/i.test(text)) return "XML or SVG";
  if (head.length === 0) return "nothing";
  return `unknown (they begin with ${Buffer.from(head.subarray(0, 8)).toString("hex")})`;
}

/**
 * The type of the bytes, where it is taken and neither header nor name denies it.
 * @throws GridwardenError FILE_TYPE_REFUSED
 */
export function needType(
  head: Uint8Array,
  claim: { contentType?: string | undefined; name?: string | undefined },
): FileType {
  const is = whatIs(head);
  const type = FileType.safeParse(is);
  if (!type.success) {
    const cure = is === "image/heic" ? "; let the phone send JPEG ('most compatible')" : "";
    throw refused(`the bytes are ${is}, wanted ${FileType.options.join(", ")}${cure}`);
  }
  const said = claim.contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (!NO_CLAIM.has(said) && said !== type.data && said !== alias(type.data)) {
    throw refused(`the header says '${said.slice(0, 80)}', the bytes are ${type.data}`);
  }
  const ending = /\.([^.]*)$/.exec(claim.name ?? "")?.[1]?.toLowerCase();
  if (ending !== undefined && !ENDINGS[type.data].includes(ending)) {
    const wanted = ENDINGS[type.data].map((each) => `.${each}`).join(", ");
    throw refused(
      `the name '${claim.name}' ends in '.${ending}', the bytes are ${type.data}; wanted ${wanted}`,
    );
  }
  return type.data;
}

/** Old browsers' name for a JPEG. */
const alias = (type: FileType): string | undefined =>
  type === "image/jpeg" ? "image/jpg" : undefined;

const refused = (message: string): GridwardenError =>
  new GridwardenError("FILE_TYPE_REFUSED", message);
