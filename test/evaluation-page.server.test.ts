/**
 * The evaluation in a real Chromium, at the built platform: a leader opens the month, sorts it, goes
 * from a number to its cases and back, sees how a score came about and where it goes, prints, and
 * approves and withdraws a brief; in both languages, and on a narrow screen.
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

const directory = mkdtempSync(join(tmpdir(), "gridwarden-evaluation-"));
const kept = process.env.GRIDWARDEN_TEST_PICTURES;
const pictures = kept ?? mkdtempSync(join(tmpdir(), "gridwarden-pictures-"));
let platform: PlatformProcess;
let browser: Browser;
let visited: Visit;
let page: Page;
/** Sent back by its unit without a reason. */
let returned: string;
let month: string;
let monthBefore: string;

beforeAll(async () => {
  platform = await startProcess(directory);
  await foundCity(platform.api);
  const { api } = platform;
  await done(api.post("/api/v1/units", { unitId: "drains", name: "Drains", kind: "department" }));
  await done(api.post("/api/v1/crews", { crewId: "crew-2", name: "Crew 2", unitId: "drains" }));
  const leader = { username: "he", password: ADMIN_PASSWORD, roles: ["leader"] };
  await done(api.post("/api/v1/users", leader));
  for (const _ of [1, 2]) await handle(await dispatched("works"));
  await handle(await dispatched("drains"));
  returned = await dispatched("works");
  await move(returned, "return", { reason: "too far away" });
  await move(returned, "refuseReturn", { reason: "it is on your list" });
  const { openedAt } = await done(api.get<{ openedAt: string }>(`/api/v1/cases/${returned}`));
  month = openedAt.slice(0, 7);
  monthBefore = new Date(Date.parse(`${month}-01`) - 86_400_000).toISOString().slice(0, 7);
  await done(api.post("/api/v1/evaluation/publications", { period: monthBefore }));
  browser = await launchBrowser();
  visited = await visit(browser, `http://127.0.0.1:${platform.ports.http}/#/evaluation`);
  page = visited.page;
  await signInOn(page, "he", ADMIN_PASSWORD);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  platform?.child.kill("SIGTERM");
  await platform?.ended;
  rmSync(directory, { recursive: true, force: true });
  if (kept === undefined) rmSync(pictures, { recursive: true, force: true });
});

async function done<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { status, body } = await asked;
  if (status >= 300) throw new Error(`refused with ${status}: ${JSON.stringify(body)}`);
  return body;
}

let reports = 0;

async function dispatched(unitId: string): Promise<string> {
  reports += 1;
  const said = { lon: 115.41 + reports / 100, lat: 31.8, description: `hole ${reports}` };
  const made = await done(platform.api.post<{ caseNo: string }>("/api/v1/cases", said));
  await move(made.caseNo, "confirm", { unitId });
  return made.caseNo;
}

async function handle(caseNo: string): Promise<void> {
  await move(caseNo, "start");
  await move(caseNo, "feedback", { note: "filled" });
}

const move = (caseNo: string, event: string, more: object = {}) =>
  done(platform.api.post(`/api/v1/cases/${caseNo}/transitions`, { event, ...more }));

const tab = (name: string): Promise<void> =>
  page.click(`.evaluation > nav a[href*="evaluation/${name}?"]`);
const rows = () => page.locator(".evaluation-group tbody tr");
const row = (name: string) => rows().filter({ hasText: name });
const heading = (name: string) => page.getByRole("heading", { level: 1, name, exact: true });

async function looksRight(name: string): Promise<void> {
  expect(await violationsOf(page)).toEqual([]);
  await page.screenshot({ path: join(pictures, `evaluation-${name}.png`), fullPage: true });
}

function inWords(period: string): string {
  const [year, number] = period.split("-");
  return `${year}年${number}月`;
}

test("a leader opens the running month, ranked and verified, and sorts it", async () => {
  await heading(`${inWords(month)} 处置单位`).waitFor();
  await page.getByText("记录完整，未被改动").waitFor();
  expect(await rows().first().textContent()).toMatch(/^1\/2Drains100 优/);
  expect(await row("Works").textContent()).toMatch(/^2\/2Works99 优/);
  await page.getByRole("button", { name: "派遣数" }).click();
  expect(await rows().first().textContent()).toContain("Works");
  const sorted = page.locator('th[aria-sort="descending"]');
  expect(await sorted.textContent()).toContain("派遣数");
  await looksRight("month");
});

test("a number leads to the cases that are counted in it, and back to where one was", async () => {
  await row("Works").getByRole("link", { name: "Works：派遣数 3" }).click();
  await heading("Works：派遣数").waitFor();
  await page.getByText("共计 3").waitFor();
  expect(await page.locator("tbody tr").count()).toBe(3);
  const link = page.getByRole("link", { name: returned });
  expect(await link.getAttribute("href")).toBe(`#/cases/${returned}`);
  await looksRight("cases");
  await page.getByRole("link", { name: "返回评价" }).click();
  await rows().first().getByText("Works").waitFor();
  await row("Works")
    .getByRole("link", { name: /处置率/ })
    .first()
    .click();
  await page.getByText("处置率 = 处置数 ÷ 应处置数").waitFor();
  await page.getByText("共计 2").waitFor();
  await page.goBack();
  await rows().first().getByText("Works").waitFor();
});

test("how a score came about is told with the case that is the evidence", async () => {
  await row("Works").getByRole("button", { name: "Works" }).click();
  const dialog = page.locator("dialog");
  await dialog.getByText("无理推诿: −1 分，1 次").waitFor();
  expect(await dialog.locator(`a[href="#/cases/${returned}"]`).count()).toBe(1);
  await looksRight("details");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

test("the last twelve months of those who are ticked are drawn and listed", async () => {
  await page.getByRole("checkbox", { name: "列入趋势：Works" }).check();
  await page.getByRole("checkbox", { name: "列入趋势：Drains" }).check();
  await page.getByText("个周期", { exact: false }).waitFor({ state: "detached" });
  const trend = page.locator(".evaluation-trend");
  expect(await trend.locator("thead th").count()).toBe(13);
  expect(await trend.locator("tbody tr").first().textContent()).toMatch(/^Works–+99$/);
  await trend.getByLabel("指标").selectOption("dispatched");
  await expect.poll(() => trend.locator("tbody tr").first().textContent()).toMatch(/^Works0+3$/);
  await looksRight("trend");
});

test("on paper there are the figures and nothing to press", async () => {
  await page.emulateMedia({ media: "print" });
  for (const hidden of [".bar", ".evaluation-bar", ".evaluation > nav", ".evaluation-tools"]) {
    expect(await page.locator(hidden).first().isVisible()).toBe(false);
  }
  expect(await row("Works").isVisible()).toBe(true);
  await page.screenshot({ path: join(pictures, "evaluation-print.png"), fullPage: true });
  await page.emulateMedia({ media: "screen" });
});

test("the period before is a key away, and the figures are exported", async () => {
  await page.keyboard.press("[");
  await heading(`${inWords(monthBefore)} 处置单位`).waitFor();
  await page.keyboard.press("]");
  await heading(`${inWords(month)} 处置单位`).waitFor();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "导出" }).click();
  expect((await download).suggestedFilename()).toBe(`evaluation-${month}-unit.xlsx`);
});

test("a leader approves the brief of the month before, and withdraws it with a reason", async () => {
  await tab("briefs");
  const brief = page.locator("tbody tr").filter({ hasText: `${monthBefore}.1` });
  await brief.getByRole("button", { name: "批准发布" }).click();
  await page.getByText(`${inWords(monthBefore)} 已批准，公众可见。`).waitFor();
  await brief.getByText("已批准").waitFor();
  await looksRight("briefs");
  await brief.getByRole("button", { name: "撤回" }).click();
  const dialog = page.locator("dialog");
  await dialog.getByLabel("撤回原因").fill("wrong month");
  await dialog.getByRole("button", { name: "撤回" }).click();
  await brief.getByText("wrong month").waitFor();
});

test("in English no Chinese is left, on a narrow screen nothing sticks out", async () => {
  await page.click("#language");
  await page.setViewportSize({ width: 390, height: 800 });
  for (const name of ["ranks", "briefs", "lastPlaces", "renewals"]) {
    await tab(name);
    await page.locator(".evaluation > section").getByText(/\w/).first().waitFor();
    await page.getByText("Loading …").waitFor({ state: "detached" });
    const text: string = await page.evaluate("document.body.innerText");
    // The city's own name of a unit stays as it is.
    expect(text.replace("中文", "").replaceAll("应急处置中心", "")).not.toMatch(/[\u4e00-\u9fff]/);
    const widths = await page.evaluate<number[]>(
      "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
    );
    expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
    await looksRight(`english-${name}`);
  }
  expect(visited.foreign).toEqual([]);
  expect(visited.faults).toEqual([]);
});
