/**
 * `npm run dashboards`: writes boards and provisioning beside itself; what is no board's any more goes.
 * `-- --console URL` writes another console's address into the boards.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { allBoards } from "./boards/all.ts";
import { filesOf } from "./files.ts";

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { console: { type: "string" } } });
const files = filesOf(allBoards(), values.console);

mkdirSync(join(here, "json"), { recursive: true });
for (const name of readdirSync(join(here, "json"))) {
  if (!files.has(`json/${name}`)) rmSync(join(here, "json", name));
}
for (const [path, text] of files) {
  mkdirSync(dirname(join(here, path)), { recursive: true });
  writeFileSync(join(here, path), text);
}
process.stdout.write(`${files.size} files written\n`);
