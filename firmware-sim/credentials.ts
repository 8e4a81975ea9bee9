/**
 * The file in which a simulated fleet keeps the keys of what it registered, so that a second run signs
 * in with them: a key is shown once. Readable by its owner alone.
 */
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";

const Keys = z.record(z.string(), z.string());
const KeyRing = z.object({ devices: Keys, gateways: Keys, crews: Keys });
export type KeyRing = z.infer<typeof KeyRing>;

export function emptyKeyRing(): KeyRing {
  return { devices: {}, gateways: {}, crews: {} };
}

/** An empty ring when there is no such file. @throws Error when it is not a ring. */
export function readKeyRing(file: string): KeyRing {
  if (!existsSync(file)) return emptyKeyRing();
  const text = readFileSync(file, "utf8");
  try {
    return KeyRing.parse(JSON.parse(text));
  } catch {
    throw new Error(
      `--credentials-file '${file}' is no file of keys: wanted {"devices":{},"gateways":{},"crews":{}}; name another file`,
    );
  }
}

export function writeKeyRing(file: string, ring: KeyRing): void {
  const whole = `${file}.part`;
  writeFileSync(whole, `${JSON.stringify(ring, undefined, 1)}\n`, { mode: 0o600 });
  chmodSync(whole, 0o600);
  renameSync(whole, file);
}
