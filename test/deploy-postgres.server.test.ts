/** What the PostgreSQL of compose.yaml is set up with, and the platform on it by the file of its URL. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "./support/deploy.ts";
import { makeSecrets } from "./support/deploy-secrets.ts";
import { startPlatform } from "./support/platform.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-deploy-postgres-"));
const secret = (name: string): string => join(directory, "secrets", name);
let server: PostgresServer;

beforeAll(async () => {
  makeSecrets(["--host", join(directory, "secrets")]);
  server = await startPostgres();
  const { status, stderr } = spawnSync(join(root, "deploy/postgres/setup.sh"), {
    encoding: "utf8",
    env: {
      PATH: process.env.PATH,
      PGHOST: "127.0.0.1",
      PGPORT: String(server.port),
      POSTGRES_USER: "postgres",
      PLATFORM_PASSWORD_FILE: secret("postgres-gridwarden-password"),
    },
  });
  expect([status, stderr]).toEqual([0, ""]);
});
afterAll(async () => {
  await server.remove();
  rmSync(directory, { recursive: true, force: true });
});

test("the platform's role has the password of the file and no right but in its own database", async () => {
  const [role] = await server.query(
    "select rolpassword, rolsuper, rolcreatedb, rolcreaterole from pg_authid where rolname = 'gridwarden'",
  );
  expect(role).toMatchObject({ rolsuper: false, rolcreatedb: false, rolcreaterole: false });
  expect(String(role?.rolpassword)).toMatch(/^SCRAM-SHA-256\$/);
  const [database] = await server.query(
    `select pg_get_userbyid(datdba) as owner, pg_encoding_to_char(encoding) as encoding,
            has_database_privilege('pg_read_all_data', 'gridwarden', 'connect') as others
       from pg_database where datname = 'gridwarden'`,
  );
  expect(database).toEqual({ owner: "gridwarden", encoding: "UTF8", others: false });
});

test("the platform starts on it with the URL of the file", async () => {
  const url = new URL(readFileSync(secret("gridwarden-database-url"), "utf8"));
  url.port = String(server.port);
  writeFileSync(secret("gridwarden-database-url"), url.href, { mode: 0o600 });
  const running = await startPlatform({
    GRIDWARDEN_DATABASE_URL: "",
    GRIDWARDEN_DATABASE_URL_FILE: secret("gridwarden-database-url"),
  });
  try {
    expect((await running.api.get("/api/v1/units")).status).toBe(200);
    const tables = await server.query(
      "select count(*)::int as count from pg_tables where tableowner = 'gridwarden'",
      "gridwarden",
    );
    expect(tables[0]?.count).toBeGreaterThan(10);
  } finally {
    await running.stop();
  }
});
