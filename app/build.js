/**
 * Builds dist/ from the sources: TypeScript, then the files that are served or read as they are.
 * `isBuilt` tells whether the sources have changed since.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");
const STAMP = ".built";
const NOT_SOURCES = new Set(["node_modules", "data", "docs", "deploy", "coverage", "test"]);
const COPIED = [
  { from: "console/web", endings: [".html", ".css", ".svg", ".webmanifest"] },
  { from: "firmware-sim/scenarios", endings: [".json"] },
];

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
  const isMade = compile(made);
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
  const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
  const tsc = join(dirname(typescript), "bin", "tsc");
  const projects = [
    ["tsconfig.build.json", made],
    ["console/web/tsconfig.json", join(made, "console", "web")],
  ];
  return projects.every(([project = "", outDir = ""]) => {
    const args = [tsc, "-p", project, "--outDir", outDir];
    return spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status === 0;
  });
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
