/** Runs deploy/make-secrets.sh. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./deploy.ts";

/** With these arguments; the last is the folder. */
export function makeSecrets(
  args: readonly string[],
  script = join(root, "deploy/make-secrets.sh"),
): { status: number | null; errors: string; made: string[] } {
  const { status, stderr } = spawnSync(script, args, { encoding: "utf8" });
  const directory = args.at(-1) ?? "";
  return {
    status,
    errors: stderr,
    made: existsSync(directory) ? readdirSync(directory) : [],
  };
}

/** Mode, owner, time of change and size of each file, to see whether anything has changed. */
export function statesOf(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory).map((name) => {
      const { mode, uid, mtimeMs, size, ino } = statSync(join(directory, name));
      return [name, `${(mode & 0o777).toString(8)} ${uid} ${ino} ${mtimeMs} ${size}`];
    }),
  );
}
