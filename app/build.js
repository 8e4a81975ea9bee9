/**
 * Builds dist/ from the sources: TypeScript, the pages, then the files that are read as they are.
 * `isBuilt` tells whether the sources have changed since.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");
const STAMP = ".built";
const NOT_SOURCES = new Set(["node_modules", "data", "docs", "deploy", "coverage", "test"]);
const COPIED = [{ from: "firmware-sim/scenarios", endings: [".json"] }];
/** Of the pages, what shrinks: it is served as it lies here, and never compressed while somebody waits. */
const SHRINKS = [".html", ".css", ".js", ".svg", ".webmanifest", ".geojson"];

/** @returns {boolean} */
export function isBuilt() {
  const stamp = join(dist, STAMP);
  return existsSync(stamp) && newestSource(root) <= statSync(stamp).mtimeMs;
}

/** @returns {boolean} whether it worked; the compiler has said what did not */
export function build() {
  const startedAt = new Date();
  // Beside the old one and then in its place: a build that fails leaves the old one as it was.
  const made = join(root, `dist.new-${process.pid}`);
  const isMade = compile(made) && buildPages(join(made, "console", "web"));
  if (isMade) {
    for (const { from, endings } of COPIED) {
      cpSync(join(root, from), join(made, from), {
        recursive: true,
        filter: (file) =>
          statSync(file).isDirectory() || endings.some((ending) => file.endsWith(ending)),
      });
    }
    chmodSync(join(made, "app", "main.js"), 0o755);
    writeFileSync(join(made, STAMP), "");
    // What changed while it was built is newer than the build.
    utimesSync(join(made, STAMP), startedAt, startedAt);
    rmSync(dist, { recursive: true, force: true });
    renameSync(made, dist);
  }
  rmSync(made, { recursive: true, force: true });
  return isMade;
}

/**
 * @param {string} made
 * @returns {boolean}
 */
function compile(made) {
  return run("typescript", "tsc", ["-p", "tsconfig.build.json", "--outDir", made]);
}

/**
 * @param {string} directory
 * @returns {boolean}
 */
function buildPages(directory) {
  const config = "console/web/vite.config.ts";
  const args = ["build", "--config", config, "--outDir", directory, "--logLevel", "warn"];
  if (!run("vite", "vite.js", args)) return false;
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!SHRINKS.includes(extname(entry.name))) continue;
    const path = join(entry.parentPath, entry.name);
    const whole = readFileSync(path);
    writeFileSync(`${path}.gz`, gzipSync(whole, { level: 9 }));
    writeFileSync(`${path}.br`, brotliCompressSync(whole));
  }
  return true;
}

/**
 * @param {string} packageName
 * @param {string} bin
 * @param {string[]} args
 * @returns {boolean}
 */
function run(packageName, bin, args) {
  const directory = dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));
  const program = join(directory, "bin", bin);
  return (
    spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: "inherit" }).status === 0
  );
}

/**
 * @param {string} directory
 * @returns {number}
 */
function newestSource(directory) {
  let newest = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const isNot = NOT_SOURCES.has(entry.name) || /^(\.|dist)/.test(entry.name);
    if (isNot) continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) newest = Math.max(newest, newestSource(path));
    else if (!entry.name.endsWith(".test.ts")) newest = Math.max(newest, statSync(path).mtimeMs);
  }
  return newest;
}
