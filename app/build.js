/**
 * Builds dist/ from the sources: TypeScript, then the files that are served or read as they are.
 * `isBuilt` tells whether the sources have changed since.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "dist", ".built");
const NOT_SOURCES = new Set(["node_modules", "dist", "data", "docs", "coverage"]);
const COPIED = [
  { from: "console/web", endings: [".html", ".css", ".svg", ".webmanifest"] },
  { from: "firmware-sim/scenarios", endings: [".json"] },
];

/** @returns {boolean} */
export function isBuilt() {
  return existsSync(stamp) && newestSource(root) <= statSync(stamp).mtimeMs;
}

/** @returns {boolean} whether it worked; the compiler has said what did not */
export function build() {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  const tsc = join(
    dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
    "bin",
    "tsc",
  );
  for (const project of ["tsconfig.build.json", "console/web/tsconfig.json"]) {
    const { status } = spawnSync(process.execPath, [tsc, "-p", project], {
      cwd: root,
      stdio: "inherit",
    });
    if (status !== 0) return false;
  }
  for (const { from, endings } of COPIED) {
    const source = join(root, from);
    if (!existsSync(source)) continue;
    cpSync(source, join(root, "dist", from), {
      recursive: true,
      filter: (file) =>
        statSync(file).isDirectory() || endings.some((ending) => file.endsWith(ending)),
    });
  }
  writeFileSync(stamp, "");
  return true;
}

/**
 * @param {string} directory
 * @returns {number}
 */
function newestSource(directory) {
  let newest = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.name.startsWith(".") || NOT_SOURCES.has(entry.name)) continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) newest = Math.max(newest, newestSource(path));
    else if (!entry.name.endsWith(".test.ts")) newest = Math.max(newest, statSync(path).mtimeMs);
  }
  return newest;
}
