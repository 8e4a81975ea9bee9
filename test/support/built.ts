/**
 * Before any test runs: the built platform that tests start as a process of its own. Sources that
 * do not compile are `npm run build`'s to refuse; here the former build serves where there is one.
 */
import { existsSync } from "node:fs";
import { build, isBuilt } from "../../app/build.js";

export default function ensureBuilt(): void {
  if (isBuilt() || build()) return;
  if (!existsSync("dist")) throw new Error("the build failed; its faults are printed above");
  process.stderr.write("the build failed; tests of the process run the former build\n");
}
