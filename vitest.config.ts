import { defineConfig } from "vitest/config";

const skipped = ["node_modules/**", "dist*/**", "data/**"];

export default defineConfig({
  test: {
    pool: "forks",
    globalSetup: "test/support/built.ts",
    setupFiles: ["test/support/seeded.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
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
          fileParallelism: false,
        },
      },
    ],
  },
});
