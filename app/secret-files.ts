/**
 * Secrets by file: a secret setting NAME may be given as NAME_FILE, the path of a file that holds
 * it, as containers and systemd hand secrets over. A file's last line break is not part of it.
 * What a file holds is never told, only its path.
 */
import { readFileSync } from "node:fs";

/** Settings that are a secret or may carry a password. */
export const SECRETS = [
  "GRIDWARDEN_ADMIN_PASSWORD",
  "GRIDWARDEN_INFLUX_TOKEN",
  "GRIDWARDEN_DATABASE_URL",
  "GRIDWARDEN_MQTT_URL",
  "GRIDWARDEN_LAMP_PLATFORM_TOKEN",
  "GRIDWARDEN_CTWING_APP_SECRET",
  "GRIDWARDEN_CTWING_MASTER_KEYS",
  "GRIDWARDEN_ONENET_KEYS",
] as const;

/** The settings with the secrets of their files; what is wrong with a file is added to `faults`. */
export function withSecretFiles(
  given: Readonly<Record<string, string | undefined>>,
  faults: string[],
): Record<string, string | undefined> {
  const read: Record<string, string | undefined> = { ...given };
  for (const name of SECRETS) {
    const file = given[`${name}_FILE`];
    if (file === undefined) continue;
    if (given[name] !== undefined) {
      faults.push(`${name} and ${name}_FILE are both set; keep one`);
      continue;
    }
    try {
      read[name] = readFileSync(file, "utf8").replace(/\r?\n$/, "");
      if (read[name] === "") faults.push(`${name}_FILE '${file}' is empty`);
    } catch (error) {
      faults.push(`${name}_FILE '${file}' cannot be read: ${(error as Error).message}`);
    }
  }
  return read;
}
