import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** What registry, alarms, cases, notices and evaluation ask of their database, asked of PostgreSQL. */
const onPostgres = [
  "test/alarm-*.test.ts",
  "test/alerts.test.ts",
  "test/asking.test.ts",
  "test/audit*.test.ts",
  "test/calendars.test.ts",
  "test/commands{,-calls,-clouds,-lorawan,-sending,-sparkplug}.test.ts",
  "test/lamp-platform.test.ts",
  "test/case-{curve,files,members,stories}.test.ts",
  "test/cases-*.test.ts",
  "test/centre-desk.test.ts",
  "test/{chatter,citizens,citizen-reports,device-tasks,drills,duty,field-truth}.test.ts",
  "test/{hotline,patrols,places,presence,questions}.test.ts",
  "test/correlation-changes.test.ts",
  "test/decoder{s,-scripts}.test.ts",
  "test/evaluation{,-api,-models}.test.ts",
  "test/files*.test.ts",
  "test/filing-table*.test.ts",
  "test/last-places.test.ts",
  "test/gateway-memories.test.ts",
  "test/notice*.test.ts",
  "test/notify.test.ts",
  "test/open311.test.ts",
  "test/publications.test.ts",
  "test/reaching*.test.ts",
  "test/redecoding{,-jobs,-tables}.test.ts",
  "test/registry-*.test.ts",
  "test/renewals.test.ts",
  "test/{rules,sessions,shelving,shifts,sources-api,video-source}.test.ts",
  "test/sparkplug-platform.test.ts",
  "test/storm*.test.ts",
  "test/supervision{,-api}.test.ts",
  "test/together*.test.ts",
];

const skipped = ["node_modules/**", "dist*/**", "data/**"];

export default defineConfig({
  test: {
    pool: "forks",
    // Files of one worker share what they have loaded: most of what a short file costs is loading the platform.
    isolate: false,
    // A test waits more than it works: three at once even where there are two cores.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    globalSetup: "test/support/built.ts",
    env: { THREADS_FROM: fileURLToPath(new URL("./dist", import.meta.url)) },
    setupFiles: ["test/support/seeded.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["**/*.test.ts"],
          exclude: [...skipped, "**/*.server.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "servers",
          include: ["**/*.server.test.ts"],
          exclude: skipped,
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "postgres",
          include: onPostgres,
          exclude: [...skipped, "**/*.server.test.ts"],
          globalSetup: ["test/support/built.ts", "test/support/postgres-server.ts"],
          setupFiles: ["test/support/seeded.ts", "test/support/fresh-databases.ts"],
        },
      },
    ],
  },
});
