/**
 * A patrol in a real Chromium at the built platform: a lead sets an area, the inspector walks it with and
 * without network, and the lead sees where he is and what he has seen. A wall's second is a minute of the
 * platform's. The tests tell one day from its begin: each builds on those before it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, devices, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { violationsOf } from "./support/axe.ts";
import { launchBrowser, signInOn, type Visit, visit } from "./support/browser.ts";
import { foundCity } from "./support/city.ts";
import { type Api, signIn, until } from "./support/platform.ts";
import { type PlatformProcess, startProcess } from "./support/process.ts";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-patrol-"));
const kept = process.env.GRIDWARDEN_TEST_PICTURES;
const pictures = kept ?? mkdtempSync(join(tmpdir(), "gridwarden-pictures-"));
const CLOCK = { GRIDWARDEN_CLOCK: "2026-11-23T08:30:00+08:00,60" };
const PASSWORD = "correct horse";
const GRID = "第七网格";
const TREES = 8;
const WAIT_MS_MAX = 15_000;
/** More than a minute of the platform's, of which it keeps one place. */
const STEP_MS = 1_100;

let platform: PlatformProcess;
let browser: Browser;
let url: string;
let leadApi: Api;
let centre: Visit;
let phone: { page: Page; context: BrowserContext; faults: string[]; told: string[] };

interface Area {
  username: string;
  patrol?: { startedAt: string; position?: { lon: number; lat: number } };
}
interface Coverage {
  of: number;
  seen: number;
}

/** Metres north of the first tree. */
const at = (northM: number) => ({ longitude: 115.41, latitude: 31.8 + northM / 111_195 });

beforeAll(async () => {
  platform = await startProcess(directory, undefined, [], CLOCK);
  const { api } = platform;
  await foundCity(api);
  for (const [username, role] of [
    ["hu", "inspector"],
    ["zhao", "inspector"],
    ["lead", "shift-lead"],
  ]) {
    const user = { username, password: PASSWORD, roles: [role], unitId: "works" };
    expect((await api.post("/api/v1/users", user)).status).toBe(201);
  }
  for (let n = 0; n < TREES; n += 1) {
    const { longitude: lon, latitude: lat } = at(n * 120);
    const { status } = await api.post("/api/v1/assets", {
      ...{ assetId: `tree-${n}`, componentCode: `41152404010000${String(n).padStart(2, "0")}` },
      ...{ name: `行道树 ${n}`, lon, lat, responsibleGrid: GRID },
    });
    expect(status).toBe(201);
  }
  leadApi = await signIn(platform.ports.http, "lead", PASSWORD);
  browser = await launchBrowser();
  url = `http://127.0.0.1:${platform.ports.http}`;
}, 120_000);

afterAll(async () => {
  await browser?.close();
  platform?.child.kill("SIGTERM");
  await platform?.ended;
  rmSync(directory, { recursive: true, force: true });
  if (kept === undefined) rmSync(pictures, { recursive: true, force: true });
});

const shown = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).first().waitFor();
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: join(pictures, `patrol-${name}.png`) });
const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function areaOfHu(): Promise<Area | undefined> {
  const { body } = await leadApi.get<{ items: Area[] }>("/api/v1/patrol-areas");
  return body.items.find(({ username }) => username === "hu");
}

async function seen(): Promise<number> {
  const { body } = await leadApi.get<Coverage>("/api/v1/patrol-areas/hu/coverage");
  expect(body.of).toBe(TREES);
  return body.seen;
}

/** Walks from tree to tree, one a minute of the platform's. */
async function walk(from: number, to: number): Promise<void> {
  for (let tree = from; tree <= to; tree += 1) {
    await phone.context.setGeolocation(at(tree * 120));
    await rest(STEP_MS);
  }
}

async function inEnglish(page: Page, name: string, settled: string): Promise<void> {
  await page.evaluate("localStorage.setItem('gridwarden.language', 'en')");
  await page.reload();
  await page.waitForSelector(settled);
  await rest(300);
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, `${name}-en`);
  await page.evaluate("localStorage.setItem('gridwarden.language', 'zh')");
  await page.reload();
  await page.waitForSelector(settled);
}

test("a lead sets an area; a grid in which nothing stands is named", async () => {
  centre = await visit(browser, `${url}/#/operations/patrol`);
  const { page } = centre;
  await signInOn(page, "lead", PASSWORD);
  await page.waitForSelector("[data-inspector=hu]");
  await page.click("[data-inspector=hu] button[aria-label='设定 hu 的责任区']");
  await page.fill("textarea[name=grids]", "第八网格");
  await page.click("dialog button[type=submit]");
  await shown(page, /第八网格/);
  await page.locator("dialog .fault").waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "area-form");
  // Of a refusal the browser says so itself.
  expect(centre.faults.splice(0)).toEqual([expect.stringContaining("400")]);
  await page.fill("textarea[name=grids]", GRID);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await shown(page, "已设定 hu 的责任区。");
  await page.locator("[data-inspector=hu]", { hasText: `0%（0/${TREES}）` }).waitFor();
  await page.locator("[data-inspector=hu]", { hasText: "不在巡查" }).waitFor();
  expect(await violationsOf(page)).toEqual([]);
});

test("the inspector's phone has the area, and tells nothing before he begins", async () => {
  const context = await browser.newContext({
    ...devices["Pixel 7"],
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    geolocation: at(TREES * 120),
    permissions: ["geolocation"],
  });
  context.setDefaultTimeout(WAIT_MS_MAX);
  const page = await context.newPage();
  phone = { page, context, faults: [], told: [] };
  page.on("pageerror", (error) => phone.faults.push(error.message));
  page.on("request", (request) => {
    const isTelling = request.method() === "POST" && request.url().endsWith("/me/patrol");
    if (isTelling) phone.told.push(request.postData() ?? "");
  });
  await page.goto(`${url}/phone/`);
  await page.click("summary");
  await page.fill("input[name=username]", "hu");
  await page.fill("input[name=password]", PASSWORD);
  await page.click("#sign-in button[type=submit]");
  await page.click(".phone-tabs a:has-text('班次')");
  await page.click("button:has-text('共享位置')");
  await page.click(".phone-tabs a:has-text('片区')");
  await shown(page, `责任网格：${GRID}`);
  await shown(page, "不在巡查");
  await shown(page, "平台不知道你在哪里。");
  expect(await page.locator("input[name=grid]").count()).toBe(0);
  await walk(6, 7);
  expect(phone.told).toEqual([]);
  expect((await areaOfHu())?.patrol).toBeUndefined();
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "phone-off");
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
  await page.setViewportSize({ width: 412, height: 839 });
});

test("on patrol the lead sees where he is, by the map and by the list", async () => {
  const { page } = phone;
  await phone.context.setGeolocation(at(0));
  await page.click("button:has-text('开始巡查')");
  await shown(page, /巡查中，\d\d:\d\d 开始/);
  await until(
    async () => (await areaOfHu())?.patrol?.position?.lat === at(0).latitude,
    "his place",
  );
  await walk(0, 2);
  await until(async () => (await seen()) === 3, "three trees seen");
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "phone-on");
  await inEnglish(page, "phone-on", "#area .phone-plan");

  const { page: map } = centre;
  await map.goto(`${url}/#/now`);
  await map
    .locator("#legend label", { hasText: "巡查中的监督员" })
    .locator("b:text-is('1')")
    .waitFor();
  await map.keyboard.press("Escape");
  await picture(map, "now");
  expect(await violationsOf(map)).toEqual([]);
  await map.uncheck("#legend label:has-text('巡查中的监督员') input");
  expect(new URL(map.url()).hash).toContain("people=crew");
});

test("without network the walk is kept on the phone, also over a reload, and told when it is back", async () => {
  const { page, context } = phone;
  await page.evaluate("navigator.serviceWorker.ready");
  await context.setOffline(true);
  await walk(3, 4);
  await shown(page, "还没发给平台的路先存在手机里");
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "phone-offline");
  await page.reload();
  await shown(page, /巡查中，\d\d:\d\d 开始/);
  await shown(page, `责任网格：${GRID}`);
  await walk(5, 5);
  expect(await seen()).toBe(3);
  await context.setOffline(false);
  await until(async () => (await seen()) === 6, "the walk of the time without network");
});

test("after he has ended it nobody sees where he is, and the lead sees what was not seen", async () => {
  const { page } = phone;
  await page.click("button:has-text('结束巡查')");
  await shown(page, "不在巡查");
  await until(async () => (await areaOfHu())?.patrol === undefined, "the end");
  const told = phone.told.length;
  await walk(6, 7);
  expect(phone.told).toHaveLength(told);
  expect(await seen()).toBe(6);
  expect(phone.faults).toEqual([]);

  const { page: desk, faults, foreign } = centre;
  await desk.goto(`${url}/#/operations/patrol`);
  const row = desk.locator("[data-inspector=hu]");
  await row.getByText(`75%（6/${TREES}）`).waitFor();
  await row.getByText(`0%（0/${TREES}）`).waitFor();
  await picture(desk, "tab");
  await desk.setViewportSize({ width: 1400, height: 900 });
  await picture(desk, "tab-1400");
  await row.getByText("未走到 2 个").click();
  await desk.locator("dialog a", { hasText: "行道树 7" }).waitFor();
  expect(await desk.locator("dialog li").count()).toBe(2);
  expect(await violationsOf(desk)).toEqual([]);
  await picture(desk, "unseen");
  await desk.keyboard.press("Escape");
  await inEnglish(desk, "tab", "[data-inspector=hu]");
  expect({ faults, foreign }).toEqual({ faults: [], foreign: [] });
}, 60_000);
