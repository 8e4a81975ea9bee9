/** Before any test runs: the built platform that tests start as a process of its own. */
import { build, isBuilt } from "../../app/build.js";

export default function ensureBuilt(): void {
  if (!isBuilt() && !build()) throw new Error("the build failed; its faults are printed above");
}
