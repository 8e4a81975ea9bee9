import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { GridwardenError } from "../model/errors.ts";
import { readConfig } from "./config.ts";
import { SECRETS, withSecretFiles } from "./secret-files.ts";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-secrets-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function fileOf(text: string): string {
  const file = join(directory, `secret-${Math.random()}`);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

function faultsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    return error instanceof GridwardenError ? (error.details?.faults as string[]) : [];
  }
}

test.each(SECRETS)("%s may be given as the path of a file", (name) => {
  const file = fileOf("a secret with spaces \n");
  const faults: string[] = [];
  expect(withSecretFiles({ [`${name}_FILE`]: file }, faults)[name]).toBe("a secret with spaces ");
  expect(faults).toEqual([]);
});

test("only the last line break of a file is left out", () => {
  const read = (text: string) => {
    const found = readConfig({ GRIDWARDEN_ADMIN_PASSWORD_FILE: fileOf(text) });
    return found.adminPassword;
  };
  expect(read("long enough")).toBe("long enough");
  expect(read("long enough\r\n")).toBe("long enough");
  expect(read("long enough\n\n")).toBe("long enough\n");
});

test("a URL out of a file is checked as one of the environment is, and its text is not told", () => {
  const good = fileOf("mqtt://gridwarden:hush@broker:1883\n");
  expect(readConfig({ GRIDWARDEN_MQTT_URL_FILE: good }).mqttUrl).toBe(
    "mqtt://gridwarden:hush@broker:1883",
  );
  const bad = faultsOf({ GRIDWARDEN_MQTT_URL_FILE: fileOf("gridwarden:hush@broker") });
  expect(bad.join()).toContain("GRIDWARDEN_MQTT_URL is not a URL of this kind; write mqtt://");
  expect(bad.join()).not.toContain("hush");
});

test("a secret given twice, a file that is not there and an empty one are faults, told at once", () => {
  const faults = faultsOf({
    GRIDWARDEN_ADMIN_PASSWORD: "given here",
    GRIDWARDEN_ADMIN_PASSWORD_FILE: fileOf("and there"),
    GRIDWARDEN_INFLUX_TOKEN_FILE: join(directory, "nowhere"),
    GRIDWARDEN_MQTT_URL_FILE: fileOf("\n"),
    GRIDWARDEN_HTTP_PORT: "http",
  });
  expect(faults).toEqual(
    expect.arrayContaining([
      "GRIDWARDEN_ADMIN_PASSWORD and GRIDWARDEN_ADMIN_PASSWORD_FILE are both set; keep one",
      expect.stringMatching(/^GRIDWARDEN_INFLUX_TOKEN_FILE '.*nowhere' cannot be read: ENOENT/),
      expect.stringMatching(/^GRIDWARDEN_MQTT_URL_FILE '.*' is empty/),
      expect.stringContaining("GRIDWARDEN_HTTP_PORT"),
    ]),
  );
  expect(faults.join()).not.toMatch(/given here|and there/);
});

test("an empty NAME_FILE counts as an absent one", () => {
  expect(readConfig({ GRIDWARDEN_ADMIN_PASSWORD_FILE: "" }).adminPassword).toBeUndefined();
});

test("every secret that may be a file stands in the page of the configuration", () => {
  const page = readFileSync(new URL("../docs/configuration.md", import.meta.url), "utf8");
  expect(SECRETS.filter((name) => !page.includes(`\`${name}_FILE\``))).toEqual([]);
});
