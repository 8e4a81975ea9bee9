/** A PDF is kept as it is and only looked at for its end: one that was cut off is refused. */
import { open } from "node:fs/promises";
import { GridwardenError } from "../model/errors.ts";

/** ISO 32000-1 appendix H, note 18: readers look for the end in the last 1,024 bytes. */
const TAIL_BYTES = 1_024;

/** @throws GridwardenError FILE_DAMAGED */
export async function readPdf(path: string): Promise<Record<string, never>> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    if (buffer.includes("%%EOF")) return {};
  } finally {
    await file.close();
  }
  throw new GridwardenError(
    "FILE_DAMAGED",
    "the PDF has no '%%EOF' in its last 1,024 bytes: it was cut off; send it again",
  );
}
