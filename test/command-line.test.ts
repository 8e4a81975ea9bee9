import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readConfig } from "../app/config.ts";
import { GridwardenError } from "../model/errors.ts";
import { spawnPlatform } from "./support/process.ts";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-config-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function faultsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    return error instanceof GridwardenError ? (error.details?.faults as string[]) : [];
  }
}

test("an empty environment is a whole configuration", () => {
  expect(readConfig({})).toMatchObject({
    dataDirectory: "./data",
    mqttPort: 1883,
    mqttsPort: undefined,
    httpPort: 8080,
    timeZone: "Asia/Shanghai",
    areaCode: "411524",
    logLevel: "info",
  });
});

test.each([
  ["GRIDWARDEN_MQTT_PORT", "70000", "is not a port"],
  ["GRIDWARDEN_HTTP_PORT", "http", "is not a port"],
  ["GRIDWARDEN_MQTT_URL", "localhost", "write mqtt://host:1883"],
  [
    "GRIDWARDEN_INFLUX_URL",
    "http://admin:hush@db:8086",
    "put user:password into GRIDWARDEN_INFLUX_TOKEN",
  ],
  ["GRIDWARDEN_CLOCK", "yesterday,2", "ISO start"],
  ["GRIDWARDEN_CLOCK", "2026-11-22T00:00:00,2", "with offset"],
  ["GRIDWARDEN_CLOCK", "2026-11-22T00:00:00Z,0", "speed"],
  ["GRIDWARDEN_TIME_ZONE", "Moon/Sea", "is not a time zone"],
  ["GRIDWARDEN_AREA_CODE", "4115", "6 digits"],
  ["GRIDWARDEN_LOG_LEVEL", "loud", "Invalid option"],
  ["GRIDWARDEN_RETENTION_DAYS", "streetlight", "class=days"],
  ["GRIDWARDEN_RETENTION_DAYS", "lamp=90", "no asset class"],
  ["GRIDWARDEN_RETENTION_DAYS", "streetlight=7", "fewer than 30 days"],
  ["GRIDWARDEN_MQTTS_PORT", "8883", "GRIDWARDEN_TLS_CERT_FILE is missing"],
  ["GRIDWARDEN_TLS_CERT_FILE", "/nowhere.pem", "GRIDWARDEN_TLS_KEY_FILE is missing"],
  ["GRIDWARDEN_JOURNAL_BYTES_MAX", "lots", "whole number"],
  ["GRIDWARDEN_RAW_DAYS", "-1", "whole number"],
  ["GRIDWARDEN_PRECISION_FLOOR", "50", "from 0 to 1"],
  ["GRIDWARDEN_PRECISION_FLOOR", "half", "from 0 to 1"],
  ["GRIDWARDEN_SPARKPLUG_HOST", "a/b", "is no host id"],
])("%s='%s' is refused with what was wanted", (name, value, wanted) => {
  expect(faultsOf({ [name]: value }).join("\n")).toContain(wanted);
});

test("the floor of precision is a half unless it is set", () => {
  expect(readConfig({}).precisionFloor).toBe(0.5);
  expect(readConfig({ GRIDWARDEN_PRECISION_FLOOR: "0" }).precisionFloor).toBe(0);
  expect(readConfig({ GRIDWARDEN_PRECISION_FLOOR: "0.8" }).precisionFloor).toBe(0.8);
});

test("an empty variable is an absent one", () => {
  expect(readConfig({ GRIDWARDEN_MQTTS_PORT: "" }).mqttsPort).toBeUndefined();
});

test("a bad configuration ends with 78 and every fault, before any port opens", async () => {
  const { ended, output } = spawnPlatform({
    GRIDWARDEN_DATA_DIR: directory,
    GRIDWARDEN_MQTT_PORT: "many",
    GRIDWARDEN_CLOCK: "soon",
    GRIDWARDEN_LOG_LEVEL: "loud",
  });
  expect(await ended).toBe(78);
  const faults = output()
    .split("\n")
    .filter((line) => line.startsWith("CONFIG_INVALID: "));
  expect(faults).toHaveLength(3);
  expect(output()).not.toContain("ready");
});

test("a data folder that is a file is said to be so", async () => {
  const file = join(directory, "file");
  writeFileSync(file, "");
  const { ended, output } = spawnPlatform({ GRIDWARDEN_DATA_DIR: file });
  expect(await ended).toBe(78);
  expect(output()).toContain("GRIDWARDEN_DATA_DIR");
});
