/**
 * Where the platform's CPU goes: a V8 profile of the whole run, its self time summed by room.
 * The worker of the store has a profile of its own.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[];
  samples: number[];
  timeDeltas: number[];
}

/** First match wins: what a library does for a room is the room's. */
const PARTS: readonly (readonly [string, RegExp])[] = [
  ["broker", /\/broker\/|node_modules\/(aedes|mqtt-packet|mqemitter|fast|reusify|retimer|ws|bl)/],
  ["journal", /\/journal\//],
  ["store", /\/ingest\/store\/|@duckdb/],
  ["decode and quality", /\/ingest\//],
  ["rules", /\/alerts\//],
  ["cases, orders, SQL", /\/(cases|notify|database)\/|libsql/],
  ["engine", /\/(app|model)\//],
  ["console", /\/console\/|node_modules\/(fastify|find-my-way|prom-client)/],
  ["node: sockets, files, timers", /^node:/],
];

/** Share of busy time by part, idle left out, over all profiles of a folder. */
export function shareByPart(directory: string): Record<string, number> {
  const micros = new Map<string, number>();
  for (const file of readdirSync(directory).filter((name) => name.endsWith(".cpuprofile"))) {
    const profile = JSON.parse(readFileSync(join(directory, file), "utf8")) as CpuProfile;
    const partOf = new Map(profile.nodes.map((node) => [node.id, partOfFrame(node.callFrame)]));
    profile.samples.forEach((id, n) => {
      const part = partOf.get(id) ?? "other";
      if (part === "idle") return;
      micros.set(part, (micros.get(part) ?? 0) + (profile.timeDeltas[n] ?? 0));
    });
  }
  const sum = [...micros.values()].reduce((a, b) => a + b, 0);
  return Object.fromEntries(
    [...micros].sort((a, b) => b[1] - a[1]).map(([part, each]) => [part, each / sum]),
  );
}

function partOfFrame({ functionName, url }: { functionName: string; url: string }): string {
  if (functionName === "(idle)") return "idle";
  if (functionName === "(garbage collector)") return "garbage collection";
  if (functionName === "(program)") return "native: kernel, libuv";
  return PARTS.find(([, pattern]) => pattern.test(url))?.[0] ?? "other";
}
