/**
 * What happens to phones in the rain, in a real Chromium at the built platform: a browser that keeps
 * nothing, a phone that is full, answers that are lost, two taps, two pages, another person on the same
 * phone. Nothing is said twice, nothing is lost, and nothing goes out under another's name.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, devices, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { violationsOf } from "./support/axe.ts";
import { launchBrowser } from "./support/browser.ts";
import { type City, foundCity } from "./support/city.ts";
import { type Api, until } from "./support/platform.ts";
import { type PlatformProcess, startProcess } from "./support/process.ts";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-mishaps-"));
const kept = process.env.GRIDWARDEN_TEST_PICTURES;
const pictures = kept ?? mkdtempSync(join(tmpdir(), "gridwarden-pictures-"));
const WAIT_MS_MAX = 15_000;
const PASSWORD = "correct horse";
const STEPS = /\/transitions$/;

let platform: PlatformProcess;
let api: Api;
let city: City;
let browser: Browser;
let context: BrowserContext;
let url: string;
let madeCount = 0;

beforeAll(async () => {
  platform = await startProcess(directory);
  ({ api } = platform);
  city = await foundCity(api);
  for (const [username, role, crewId] of [
    ["wang", "crew", "crew-1"],
    ["li", "crew", "crew-1"],
    ["hu", "inspector", undefined],
  ] as const) {
    const user = { username, password: PASSWORD, roles: [role], unitId: "works" };
    await made("/api/v1/users", { ...user, ...(crewId !== undefined && { crewId }) });
  }
  await api.post("/api/v1/crews/crew-1/shift", { state: "on" });
  browser = await launchBrowser();
  url = `http://127.0.0.1:${platform.ports.http}`;
}, 120_000);
afterEach(async () => {
  await context?.close();
});
afterAll(async () => {
  await browser?.close();
  platform?.child.kill("SIGTERM");
  await platform?.ended;
  rmSync(directory, { recursive: true, force: true });
  if (kept === undefined) rmSync(pictures, { recursive: true, force: true });
});

async function made<T>(path: string, body: unknown): Promise<T> {
  const answer = await api.post<T>(path, body);
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** A case that crew 1 has accepted and not begun with. */
async function order(): Promise<string> {
  madeCount += 1;
  const bin = `bin-${madeCount}`;
  await city.addDevice("waste-bin", bin, { name: `${madeCount} 号箱` });
  const report = { assetId: `asset-of-${bin}`, conditionId: "bin-damaged" };
  const { caseNo } = await made<{ caseNo: string }>("/api/v1/cases", report);
  await made(`/api/v1/cases/${caseNo}/transitions`, { event: "confirm", crewId: "crew-1" });
  await made(`/api/v1/cases/${caseNo}/transitions`, { event: "acceptOrder" });
  return caseNo;
}

/** Who has said it, each time. */
async function sayersOf(caseNo: string, event: string): Promise<string[]> {
  const { body } = await api.get<{ history: { event: string; actor: string }[] }>(
    `/api/v1/cases/${caseNo}`,
  );
  return body.history.filter((each) => each.event === event).map(({ actor }) => actor);
}

async function newPhone(): Promise<void> {
  context = await browser.newContext({ ...devices["Pixel 7"], locale: "zh-CN" });
  context.setDefaultTimeout(WAIT_MS_MAX);
}
async function open(path = "/phone/"): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url + path);
  return page;
}
async function signIn(page: Page, username: string): Promise<void> {
  await page.click("summary");
  await page.fill("input[name=username]", username);
  await page.fill("input[name=password]", PASSWORD);
  await page.click("#sign-in button[type=submit]");
  await page.waitForSelector(".phone-tabs");
}
/** A phone of crew 1 that shows the order. */
async function atOrder(caseNo: string): Promise<Page> {
  const page = await open();
  await signIn(page, "wang");
  await page.click(`.phone-order[data-case="${caseNo}"]`);
  await page.waitForSelector("button:has-text('开始处置')");
  return page;
}
const shown = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).first().waitFor();
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: join(pictures, `mishap-${name}.png`) });

test("where a browser keeps nothing, the work goes on as long as the page is open, and says so", async () => {
  const caseNo = await order();
  await newPhone();
  await context.addInitScript(
    "IDBFactory.prototype.open = () => { throw new DOMException('refused', 'SecurityError'); }",
  );
  const page = await atOrder(caseNo);
  await shown(page, "这个浏览器不保存内容");
  // The link that was followed is gone: a keyboard goes on from the page that it opened.
  expect(await page.evaluate("document.activeElement.id")).toBe("content");
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "not-lasting");
  await page.click("button:has-text('开始处置')");
  await until(async () => (await sayersOf(caseNo, "start")).length > 0, "the step");
  expect(await sayersOf(caseNo, "start")).toEqual(["wang"]);
  await page.click(".phone-tabs a:has-text('班次')");
  await page.click("#language");
  await shown(page, "This browser keeps nothing");
  await picture(page, "not-lasting-en");
});

test("a phone that is full says that a step was not kept, and keeps what was typed for it", async () => {
  const caseNo = await order();
  await newPhone();
  const page = await atOrder(caseNo);
  await page.click("button:has-text('开始处置')");
  await page.waitForSelector("[data-outcome=repaired]");
  await page.evaluate(`{
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
    globalThis.makeRoom = () => { IDBObjectStore.prototype.put = put; };
  }`);
  await page.fill("textarea[name=note]", "盖子换了");
  await page.click("[data-outcome=repaired]");
  await shown(page, /手机存不下了，刚才那一步没有记下（存储空间已满）/);
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "full");
  expect(await page.inputValue("textarea[name=note]")).toBe("盖子换了");
  await page.evaluate("makeRoom()");
  await page.click("[data-outcome=repaired]");
  await until(async () => (await sayersOf(caseNo, "feedback")).length > 0, "the feedback");
  await page.waitForSelector("text=手机存不下了", { state: "detached" });
});

test("two taps are one step, and an answer that is lost on the way is asked for again", async () => {
  const caseNo = await order();
  await newPhone();
  const page = await atOrder(caseNo);
  let calls = 0;
  await page.route(STEPS, async (route) => {
    calls += 1;
    if (calls > 1) return await route.continue();
    await route.fetch();
    await route.abort("connectionreset");
  });
  await page.evaluate(`{
    const start = [...document.querySelectorAll("button")].find(
      ({ textContent }) => textContent === "开始处置",
    );
    start.click();
    start.click();
  }`);
  await page.waitForSelector(".phone-unsent");
  await page.waitForSelector(".phone-unsent", { state: "detached" });
  expect(calls).toBe(2);
  expect(await sayersOf(caseNo, "start")).toEqual(["wang"]);
});

test("two taps on a report are one case", async () => {
  await newPhone();
  await context.grantPermissions(["geolocation"]);
  await context.setGeolocation({ longitude: 115.41, latitude: 31.8 });
  const page = await open();
  await signIn(page, "hu");
  await page.click(".phone-tabs a:has-text('上报')");
  await page.click("button:has-text('用我的位置')");
  await page.fill("textarea[name=description]", "护栏倒了");
  await page.evaluate(`{
    const form = document.querySelector("#report");
    form.requestSubmit();
    form.requestSubmit();
  }`);
  await shown(page, "已记下");
  await page.waitForSelector(".phone-unsent", { state: "detached" });
  const { body } = await api.get<{ items: { description?: string }[] }>("/api/v1/cases?limit=100");
  expect(body.items.filter(({ description }) => description === "护栏倒了")).toHaveLength(1);
});

test("a component that was chosen at one place is not reported at another", async () => {
  await newPhone();
  await context.grantPermissions(["geolocation"]);
  await context.setGeolocation({ longitude: 115.41, latitude: 31.8 });
  const page = await open("/phone/");
  await signIn(page, "hu");
  await page.click(".phone-tabs a:has-text('上报')");
  await page.click("button:has-text('用我的位置')");
  await page.locator(".phone-near label", { hasText: "1 号箱" }).first().click();
  await shown(page, /部件：1 号箱/);
  await page.locator(".phone-plan").click({ position: { x: 20, y: 20 } });
  await page.waitForSelector("text=部件：1 号箱", { state: "detached" });
  await page.fill("textarea[name=description]", "别处的坑");
  await page.click("button[type=submit]:has-text('上报')");
  const found = await until(async () => {
    const { body } = await api.get<{ items: { description?: string; lat: number }[] }>(
      "/api/v1/cases?limit=100",
    );
    return body.items.find(({ description }) => description === "别处的坑");
  }, "the report");
  expect(found.lat).toBeGreaterThan(31.8001);
  expect(found).not.toHaveProperty("assetId");
});

test("what one person has said is not sent under the name of the next one on the same phone", async () => {
  const caseNo = await order();
  await newPhone();
  const page = await atOrder(caseNo);
  await context.route(STEPS, (route) => route.abort());
  await page.click("button:has-text('开始处置')");
  await page.waitForSelector(".phone-unsent");
  const other = await open("/phone/#/duty");
  await other.waitForSelector("#sign-out");
  await other.click("#sign-out");
  await shown(other, "还有 1 条未发送");
  await other.click("#sign-out");
  await other.waitForSelector(".phone-sign-in");
  await signIn(other, "li");
  await context.unroute(STEPS);
  await page.evaluate("dispatchEvent(new Event('online'))");
  // The page that was open is the next one's now, too.
  await page.waitForSelector(".phone-unsent", { state: "detached" });
  await page.waitForSelector(".phone-tabs");
  expect(await sayersOf(caseNo, "start")).toEqual([]);
  await other.goto(`${url}/phone/#/duty`);
  await other.click("#sign-out");
  await other.waitForSelector(".phone-sign-in");
  await signIn(other, "wang");
  await until(async () => (await sayersOf(caseNo, "start")).length > 0, "what waited for him");
  expect(await sayersOf(caseNo, "start")).toEqual(["wang"]);
});

test("signing out ends, and takes what was kept, though another page of the phone is open", async () => {
  await newPhone();
  const page = await open("/phone/#/duty");
  await signIn(page, "wang");
  const other = await open("/phone/");
  await other.waitForSelector(".phone-tabs");
  await page.click("#sign-out");
  await page.waitForSelector(".phone-sign-in");
  const left = await page.evaluate<string[]>(
    "indexedDB.databases().then((all) => all.map(({ name }) => name))",
  );
  expect(left.filter((name) => name.includes("wang"))).toEqual([]);
});

test("a platform that is away for a moment signs nobody out, nor does a link that was used", async () => {
  await newPhone();
  const { url: link } = await made<{ url: string }>(
    "/api/v1/crews/crew-1/sign-in-codes",
    undefined,
  );
  const page = await open(link);
  await page.waitForSelector(".phone-tabs");
  let calls = 0;
  await page.route("**/api/v1/session", async (route) => {
    calls += 1;
    if (calls > 2) return await route.continue();
    await route.fulfill({ status: 502, contentType: "text/html", body: "<html>Bad Gateway" });
  });
  await page.reload();
  await page.waitForSelector(".phone-tabs");
  await until(() => calls > 2, "the platform to be asked until it answers");
  expect(await page.locator(".phone-sign-in").count()).toBe(0);
  const again = await open(link);
  await shown(again, "登录码无效");
  expect(await violationsOf(again)).toEqual([]);
  await picture(again, "old-link");
  await again.click("button[aria-label]:has-text('English')");
  await shown(again, "Go on as Crew 1");
  await picture(again, "old-link-en");
  await again.click("#go-on");
  await again.waitForSelector(".phone-tabs");
});
