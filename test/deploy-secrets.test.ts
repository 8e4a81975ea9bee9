import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../app/config.ts";
import { readCompose } from "./support/deploy.ts";
import { makeSecrets, statesOf } from "./support/deploy-secrets.ts";

const parent = mkdtempSync(join(tmpdir(), "gridwarden-secrets-"));
const directory = join(parent, "secrets");
const isRoot = process.getuid?.() === 0;

const read = (name: string, from = directory): string => readFileSync(join(from, name), "utf8");
const folder = (name: string): string => join(parent, name);

beforeAll(() => {
  expect(makeSecrets([directory])).toMatchObject({ status: 0 });
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

test("every secret is a file of mode 600 in a folder of mode 700", () => {
  const modes = readdirSync(directory).map((name) => statSync(join(directory, name)).mode & 0o777);
  expect(new Set(modes)).toEqual(new Set([0o600]));
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

test("a second run changes nothing", () => {
  const before = statesOf(directory);
  expect(makeSecrets([directory])).toMatchObject({ status: 0 });
  expect(statesOf(directory)).toEqual(before);
});

test("another folder gets other secrets, all of 256 bits", () => {
  const other = folder("other");
  makeSecrets([other]);
  for (const name of readdirSync(directory)) expect(read(name, other)).not.toBe(read(name));
  expect(read("gridwarden-admin-password")).toMatch(/^[A-Za-z0-9]{43}$/);
});

test.runIf(isRoot)("each file belongs to the number that its service runs as", () => {
  for (const { user, secrets = [] } of Object.values(readCompose("deploy/compose.yaml").services)) {
    for (const name of secrets) {
      expect(`${name} ${statSync(join(directory, name)).uid}`).toBe(
        `${name} ${user.split(":")[0]}`,
      );
    }
  }
});

test("what two services share is the same in both files", () => {
  expect(read("gridwarden-influx-token")).toBe(read("influxdb-admin-token"));
  expect(read("grafana-influx-password")).toBe(read("influxdb-grafana-password"));
  expect(new URL(read("gridwarden-database-url")).password).toBe(
    read("postgres-gridwarden-password"),
  );
  const [user, , salt = "", hash] = read("mosquitto-passwd").trim().split(/[:$]+/).slice(0, 4);
  const { username, password } = new URL(read("gridwarden-mqtt-url"));
  const hashed = createHash("sha512").update(password).update(Buffer.from(salt, "base64"));
  expect([user, hash]).toEqual([username, hashed.digest("base64")]);
});

test("the files are settings as the platform reads them", () => {
  const config = readConfig({
    GRIDWARDEN_ADMIN_PASSWORD_FILE: join(directory, "gridwarden-admin-password"),
    GRIDWARDEN_MQTT_URL_FILE: join(directory, "gridwarden-mqtt-url"),
    GRIDWARDEN_DATABASE_URL_FILE: join(directory, "gridwarden-database-url"),
    GRIDWARDEN_INFLUX_URL: "http://influxdb:8086",
    GRIDWARDEN_INFLUX_BUCKET: "gridwarden",
    GRIDWARDEN_INFLUX_TOKEN_FILE: join(directory, "gridwarden-influx-token"),
  });
  expect(config.adminPassword).toBe(read("gridwarden-admin-password"));
  expect(config.influx?.token).toBe(read("influxdb-admin-token"));
  expect(config.databaseUrl).toBe(read("gridwarden-database-url"));
  expect(config.mqttUrl).toBe(read("gridwarden-mqtt-url"));
});

test("a missing file is made anew and the others are kept", () => {
  const partly = folder("partly");
  makeSecrets([partly]);
  const before = statesOf(partly);
  rmSync(join(partly, "grafana-admin-password"));
  rmSync(join(partly, "gridwarden-database-url"));
  expect(makeSecrets([partly])).toMatchObject({ status: 0 });
  const after = statesOf(partly);
  expect(Object.keys(after)).toEqual(Object.keys(before));
  expect(after["postgres-gridwarden-password"]).toBe(before["postgres-gridwarden-password"]);
  expect(new URL(read("gridwarden-database-url", partly)).password).toBe(
    read("postgres-gridwarden-password", partly),
  );
});

test.each([
  ["postgres-gridwarden-password", "gridwarden-database-url"],
  ["influxdb-admin-token", "gridwarden-influx-token"],
  ["mosquitto-passwd", "gridwarden-mqtt-url"],
])("%s that is gone is not made anew while %s has the former", (gone, left) => {
  const partly = folder(`without-${gone}`);
  makeSecrets([partly]);
  rmSync(join(partly, gone));
  const { status, errors, made } = makeSecrets([partly]);
  expect([status, errors]).toEqual([1, expect.stringContaining(left)]);
  expect(made).not.toContain(gone);
});

test("for a machine without containers the files stay their maker's and name this machine", () => {
  const host = folder("host");
  expect(makeSecrets(["--host", host])).toMatchObject({ status: 0, errors: "" });
  const owners = readdirSync(host).map((name) => statSync(join(host, name)).uid);
  expect(new Set(owners)).toEqual(new Set([process.getuid?.()]));
  expect(new URL(read("gridwarden-database-url", host)).hostname).toBe("127.0.0.1");
  expect(new URL(read("gridwarden-mqtt-url", host)).hostname).toBe("127.0.0.1");
});

test("what an administrator has put there is left as it is", () => {
  const own = folder("own");
  makeSecrets([own]);
  writeFileSync(join(own, "gridwarden-admin-password"), "chosen by hand\n");
  makeSecrets([own]);
  expect(read("gridwarden-admin-password", own)).toBe("chosen by hand\n");
});
