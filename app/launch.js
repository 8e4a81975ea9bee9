/**
 * What `npm start`, `npm run demo`, `sim` and `bench` run: builds dist/ where the sources are newer,
 * then goes on in the built program, in this same process, so that a signal reaches it.
 */
import { build, isBuilt } from "./build.js";

const [command = "start", ...rest] = process.argv.slice(2);

if (command === "build" || !isBuilt()) {
  if (command !== "build")
    process.stderr.write("gridwarden: building, once after each change ...\n");
  if (!build()) process.exit(1);
}
if (command !== "build") {
  process.argv.splice(2, process.argv.length, command, ...rest);
  await import(new URL("../dist/app/main.js", import.meta.url).href);
}
