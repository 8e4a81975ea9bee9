import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLog } from "../model/log.ts";
import { openClock } from "./clock.ts";

let dataDirectory = "";
beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), "gridwarden-clock-"));
});
afterEach(() => rmSync(dataDirectory, { recursive: true, force: true }));

const START = Date.parse("2026-11-23T08:00:00+08:00");
const pair = (speed: number) => ({
  text: `2026-11-23T08:00:00+08:00,${speed}`,
  startAt: START,
  speed,
});
const anchorFile = (): string => join(dataDirectory, "clock.json");

test("without a setting the platform lives by the wall", () => {
  const clock = openClock({ clock: undefined, dataDirectory }, silentLog);
  expect(clock.speed).toBe(1);
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
});

test("a simulated clock begins at its start and keeps its pace", () => {
  const clock = openClock({ clock: pair(60), dataDirectory }, silentLog);
  expect(clock.speed).toBe(60);
  expect(clock.now()).toBeGreaterThanOrEqual(START);
  expect(clock.now()).toBeLessThan(START + 60 * 60_000);
});

test("after a restart it is where it would be, had it gone on", () => {
  openClock({ clock: pair(60), dataDirectory }, silentLog);
  const anchor = JSON.parse(readFileSync(anchorFile(), "utf8"));
  const anHourAgo = { ...anchor, wallStartAt: anchor.wallStartAt - 3_600_000 };
  writeFileSync(anchorFile(), JSON.stringify(anHourAgo));
  const clock = openClock({ clock: pair(60), dataDirectory }, silentLog);
  expect(clock.now()).toBeGreaterThanOrEqual(START + 60 * 3_600_000);
});

test("another pair begins anew, and an anchor that cannot be read is none", () => {
  openClock({ clock: pair(60), dataDirectory }, silentLog);
  expect(openClock({ clock: pair(10), dataDirectory }, silentLog).now()).toBeLessThan(
    START + 3_600_000,
  );
  writeFileSync(anchorFile(), "torn");
  expect(openClock({ clock: pair(10), dataDirectory }, silentLog).now()).toBeLessThan(
    START + 3_600_000,
  );
});

test("an anchor of a time to come begins anew and is told: the wall was set back since", () => {
  openClock({ clock: pair(60), dataDirectory }, silentLog);
  const anchor = JSON.parse(readFileSync(anchorFile(), "utf8"));
  const ahead = { ...anchor, wallStartAt: anchor.wallStartAt + 8 * 3_600_000 };
  writeFileSync(anchorFile(), JSON.stringify(ahead));
  const said: string[] = [];
  const log = { ...silentLog, error: (text: string) => said.push(text) };
  const clock = openClock({ clock: pair(60), dataDirectory }, log);
  expect(clock.now()).toBeGreaterThanOrEqual(START);
  expect(said).toEqual([expect.stringContaining("set back")]);
  expect(JSON.parse(readFileSync(anchorFile(), "utf8")).wallStartAt).toBeLessThanOrEqual(
    Date.now(),
  );
});
