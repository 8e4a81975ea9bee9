/**
 * The evaluation of several months in a real Chromium: the platform is started once in each month on the
 * same folder, and two units work, one ever worse and one ever better. Their trend is drawn and told.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { violationsOf } from "./support/axe.ts";
import { launchBrowser, signInOn, type Visit, visit } from "./support/browser.ts";
import { foundCity } from "./support/city.ts";
import { ADMIN_PASSWORD, type Answer } from "./support/platform.ts";
import { type PlatformProcess, startProcess } from "./support/process.ts";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-months-"));
const kept = process.env.GRIDWARDEN_TEST_PICTURES;
const pictures = kept ?? mkdtempSync(join(tmpdir(), "gridwarden-pictures-"));
/** Orders that a unit sends back without a reason, a point each. */
const MONTHS = [
  { month: "2026-07", works: 0, drains: 4 },
  { month: "2026-08", works: 1, drains: 3 },
  { month: "2026-09", works: 2, drains: 3 },
  { month: "2026-10", works: 4, drains: 0 },
];
let platform: PlatformProcess;
let browser: Browser;
let visited: Visit;
let page: Page;

beforeAll(async () => {
  for (const { month, ...returns } of MONTHS) {
    await startIn(month);
    if (month === MONTHS[0]?.month) await found();
    for (const [unitId, count] of Object.entries(returns)) {
      for (let n = 0; n < 3; n += 1) await handle(await dispatched(unitId));
      for (let n = 0; n < count; n += 1) await sendBack(await dispatched(unitId));
    }
  }
  browser = await launchBrowser();
  const address = `http://127.0.0.1:${platform.ports.http}/#/evaluation`;
  visited = await visit(browser, address, { height: 1100 });
  page = visited.page;
  await signInOn(page, "admin", ADMIN_PASSWORD);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await stop();
  rmSync(directory, { recursive: true, force: true });
  if (kept === undefined) rmSync(pictures, { recursive: true, force: true });
});

async function startIn(month: string): Promise<void> {
  await stop();
  const clock = { GRIDWARDEN_CLOCK: `${month}-15T09:00:00+08:00,1` };
  platform = await startProcess(directory, platform?.ports, [], clock);
}

async function stop(): Promise<void> {
  platform?.child.kill("SIGTERM");
  await platform?.ended;
}

async function found(): Promise<void> {
  const { api } = platform;
  await foundCity(api);
  await done(api.post("/api/v1/units", { unitId: "drains", name: "Drains", kind: "department" }));
  await done(api.post("/api/v1/crews", { crewId: "crew-2", name: "Crew 2", unitId: "drains" }));
}

async function done<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { status, body } = await asked;
  if (status >= 300) throw new Error(`refused with ${status}: ${JSON.stringify(body)}`);
  return body;
}

let reports = 0;

async function dispatched(unitId: string): Promise<string> {
  reports += 1;
  const said = { lon: 115 + reports / 100, lat: 31.8, description: `hole ${reports}` };
  const made = await done(platform.api.post<{ caseNo: string }>("/api/v1/cases", said));
  await move(made.caseNo, "confirm", { unitId });
  return made.caseNo;
}

async function handle(caseNo: string): Promise<void> {
  await move(caseNo, "start");
  await move(caseNo, "feedback", { note: "filled" });
}

async function sendBack(caseNo: string): Promise<void> {
  await move(caseNo, "return", { reason: "too far away" });
  await move(caseNo, "refuseReturn", { reason: "it is on your list" });
  await handle(caseNo);
}

const move = (caseNo: string, event: string, more: object = {}) =>
  done(platform.api.post(`/api/v1/cases/${caseNo}/transitions`, { event, ...more }));

const row = (name: string) => page.locator(".evaluation-group tbody tr").filter({ hasText: name });
const trend = () => page.locator(".evaluation-trend");
const lines = () => trend().locator(".evaluation-lines [data-line]");

async function looksRight(name: string): Promise<void> {
  expect(await violationsOf(page)).toEqual([]);
  await page.screenshot({ path: join(pictures, `months-${name}.png`), fullPage: true });
}

test("the scores of the month stand beside what was won and lost on the month before", async () => {
  await page.getByRole("heading", { level: 1, name: "2026年10月 处置单位" }).waitFor();
  expect(await row("Drains").textContent()).toMatch(/^1\/2Drains100 优/);
  expect(await row("Works").textContent()).toMatch(/^2\/2Works96 优/);
  expect(await row("Drains").textContent()).toContain("▲");
  expect(await row("Works").textContent()).toContain("▼");
});

test("the trend draws a line of each unit over its months, and tells every score", async () => {
  await page.getByRole("checkbox", { name: "列入趋势：Works" }).check();
  await page.getByRole("checkbox", { name: "列入趋势：Drains" }).check();
  await page.getByText("个周期", { exact: false }).waitFor({ state: "detached" });
  const told = (name: string) => trend().locator("tbody tr", { hasText: name }).textContent();
  await expect.poll(() => told("Works")).toMatch(/^Works–+100999896$/);
  expect(await told("Drains")).toMatch(/^Drains–+969797100$/);
  expect(await lines().count()).toBe(2);
  for (const [at, name, isFalling] of [
    [0, "Works", true],
    [1, "Drains", false],
  ] as const) {
    const line = lines().nth(at);
    expect(await line.locator("circle").count()).toBe(4);
    expect(await line.locator("text").textContent()).toBe(name);
    const points = (await line.locator("polyline").getAttribute("points")) ?? "";
    const heights = points.split(" ").map((point) => Number(point.split(",")[1]));
    // On a screen what is further down is less.
    expect((heights[3] ?? 0) > (heights[0] ?? 0)).toBe(isFalling);
  }
  // Each line is on the screen, not beside its box.
  const box = await trend().locator(".evaluation-lines").boundingBox();
  for (const line of await lines().all()) {
    const drawn = await line.locator("polyline").boundingBox();
    expect(drawn?.y ?? 0).toBeGreaterThanOrEqual(box?.y ?? 0);
    expect((drawn?.x ?? 0) + (drawn?.width ?? 0)).toBeLessThanOrEqual(
      (box?.x ?? 0) + (box?.width ?? 0),
    );
  }
  await looksRight("score");
});

test("another figure is drawn by the same months, in English too", async () => {
  await trend().getByLabel("指标").selectOption("dispatched");
  const works = trend().locator("tbody tr", { hasText: "Works" });
  await expect.poll(() => works.textContent()).toMatch(/^Works0+3457$/);
  await page.click("#language");
  await page.getByRole("heading", { level: 1, name: "Units" }).waitFor();
  await looksRight("dispatched-english");
  expect(visited.faults).toEqual([]);
  expect(visited.foreign).toEqual([]);
});
