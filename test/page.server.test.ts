/**
 * The first page in a real Chromium, at the built platform: what a person on duty sees when a
 * cover is lifted, in both languages, with the keys alone, and after the session has ended.
 * The tests tell one watch from its begin: each builds on the cases of those before it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, signInOn, type Visit, visit } from "./support/browser.ts";
import { type City, connect, foundCity } from "./support/city.ts";
import { ADMIN_PASSWORD } from "./support/platform.ts";
import { type PlatformProcess, startProcess } from "./support/process.ts";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-page-"));
/** Kept where the environment says so, else gone with the test. */
const kept = process.env.GRIDWARDEN_TEST_PICTURES;
const pictures = kept ?? mkdtempSync(join(tmpdir(), "gridwarden-pictures-"));
let platform: PlatformProcess;
let city: City;
let browser: Browser;
let url: string;
const clients: MqttClient[] = [];

beforeAll(async () => {
  platform = await startProcess(directory);
  city = await foundCity(platform.api);
  browser = await launchBrowser();
  url = `http://127.0.0.1:${platform.ports.http}/`;
}, 120_000);

afterAll(async () => {
  await browser?.close();
  for (const client of clients) await client.endAsync(true);
  platform?.child.kill("SIGTERM");
  await platform?.ended;
  rmSync(directory, { recursive: true, force: true });
  if (kept === undefined) rmSync(pictures, { recursive: true, force: true });
});

async function device(deviceId: string, slug = "manhole-cover"): Promise<MqttClient> {
  const key = await city.addDevice(slug, deviceId);
  const client = await connect(platform.ports.mqtt, deviceId, key);
  clients.push(client);
  return client;
}

async function send(
  client: MqttClient,
  deviceId: string,
  values: object,
  slug = "manhole-cover",
): Promise<void> {
  const topic = `v1/${slug}/${deviceId}/telemetry`;
  await client.publishAsync(topic, JSON.stringify({ values }), { qos: 1 });
}

async function enter(look?: Parameters<typeof visit>[2]): Promise<Visit> {
  const visited = await visit(browser, url, look);
  await signInOn(visited.page, "admin", ADMIN_PASSWORD);
  await visited.page.waitForSelector("#connection[data-state=live]");
  return visited;
}

/** How many pixels of a canvas are painted. */
const painted = (page: Page, id: string): Promise<number> =>
  page.evaluate(`(() => {
    const canvas = document.getElementById("${id}");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, n) => n % 4 === 3 && value > 0).length;
  })()`);

const textOf = async (page: Page, selector: string): Promise<string> =>
  ((await page.locator(selector).first().textContent()) ?? "").trim();

const waitForText = (page: Page, selector: string, text: string): Promise<void> =>
  page.locator(selector).filter({ hasText: text }).first().waitFor();

const rowOf = (assetName: string): string => `#cases button:has(.where:has-text("${assetName}"))`;

test("a wrong password shows its fault in the language that is shown", async () => {
  const { page } = await visit(browser, url);
  await signInOn(page, "admin", "not the password");
  await waitForText(page, "#sign-in-fault", "用户名或密码不对。");
  await page.click("#language");
  expect(await textOf(page, "#sign-in-fault")).toBe("The user name or the password is wrong.");
  expect(await page.isVisible("#console")).toBe(false);
  await page.screenshot({ path: join(pictures, "sign-in.png") });
  await page.context().close();
});

test("a lifted cover becomes a case without reloading, and choosing it shows its curve", async () => {
  const client = await device("mc-1");
  await send(client, "mc-1", { tiltDeg: 1.5, isOpen: false });
  const { page, faults, foreign } = await enter();
  await waitForText(page, "#summary", "1 个部件，0 个在办案卷");
  expect(await page.isVisible("#no-cases")).toBe(true);
  expect(await page.isVisible("#danger")).toBe(false);
  expect(await painted(page, "map-ground")).toBeGreaterThan(0);

  await send(client, "mc-1", { tiltDeg: 38.5, isOpen: true });
  await waitForText(page, "#cases .where", "asset of mc-1");
  expect(await textOf(page, "#cases .left")).toMatch(/^剩 1 小时 \d+ 分$/);
  expect(await textOf(page, "#summary")).toBe("1 个部件，1 个在办案卷");
  expect(await textOf(page, "#danger")).toContain("1 件");
  await waitForText(page, "#announcement", "新的生命安全案卷");

  await page.click("#cases button");
  await waitForText(page, "#latest tr", "38.5 °");
  await page.click('#measurements [role=tab]:text-is("倾角")');
  await waitForText(page, "#curve-title", "倾角 (°)，近 1 小时");
  expect(await painted(page, "curve")).toBeGreaterThan(500);
  expect(await page.locator("#latest tr").count()).toBe(2);
  await page.screenshot({ path: join(pictures, "case.png") });
  expect({ faults, foreign }).toEqual({ faults: [], foreign: [] });
  await page.context().close();
});

test("the time shown is the platform's, wherever the browser stands", async () => {
  const { page } = await enter();
  const health = (await (await fetch(`${url}healthz`)).json()) as { now: string };
  await waitForText(page, "#clock", "UTC+8");
  expect(health.now).toMatch(/\+08:00$/);
  const shown = (await textOf(page, "#clock")).replace(" UTC+8", "+08:00").replace(" ", "T");
  expect(Math.abs(Date.parse(shown) - Date.now())).toBeLessThan(60_000);
  await page.context().close();
});

test("the other language says every text, and the choice is kept", async () => {
  const { page } = await enter();
  await page.click(rowOf("asset of mc-1"));
  await waitForText(page, "#latest tr", "38.5 °");
  const visibleText = (): Promise<string> => page.evaluate("document.body.innerText");
  expect(await visibleText()).toContain("在办案卷");
  await page.click("#language");
  await waitForText(page, "#curve-title", "last 1 h");
  // Of Chinese there is only the name of the other language.
  expect((await visibleText()).replace("中文", "")).not.toMatch(/[\u4e00-\u9fff]/);
  const labels = await page.evaluate<string>(
    `[...document.querySelectorAll("[aria-label],[title]")].map((each) => [each.ariaLabel, each.title]).join()`,
  );
  expect(labels.replace("切换为中文", "").replace("切换为中文", "")).not.toMatch(/[\u4e00-\u9fff]/);
  await page.screenshot({ path: join(pictures, "english.png") });
  await page.reload();
  await page.waitForSelector("#connection[data-state=live]");
  expect(await textOf(page, "#cases-title")).toBe("Open cases");
  await page.context().close();
});

test("focus stays on its row while a more urgent case comes in above it; arrows move on", async () => {
  const { page, faults } = await enter();
  await page.locator(rowOf("asset of mc-1")).focus();
  await page.evaluate("document.activeElement.dataset.mark = 'the same element'");
  const gas = await device("gl-1", "gas-line");
  await send(gas, "gl-1", { ch4LelPercent: 60 }, "gas-line");
  await page.waitForSelector(rowOf("asset of gl-1"));
  const focused = (): Promise<string> =>
    page.evaluate("document.activeElement.querySelector('.where')?.textContent ?? ''");
  expect(await focused()).toBe("asset of mc-1");
  expect(await page.evaluate("document.activeElement.dataset.mark")).toBe("the same element");
  await page.keyboard.press("ArrowUp");
  expect(await focused()).toBe("asset of gl-1");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await waitForText(page, "#asset-title", "asset of mc-1");
  await page.locator("#measurements [aria-selected=true]").focus();
  await page.keyboard.press("Home");
  const first = await textOf(page, "#measurements [aria-selected=true]");
  await page.keyboard.press("ArrowRight");
  expect(await textOf(page, "#measurements [aria-selected=true]")).not.toBe(first);
  expect(faults).toEqual([]);
  await page.context().close();
});

test("an asset of two devices shows which line is whose, one without readings says so", async () => {
  const { page } = await enter();
  const second = await platform.api.post<{ key: string }>("/api/v1/devices", {
    deviceId: "mc-1b",
    assetId: "asset-of-mc-1",
  });
  const client = await connect(platform.ports.mqtt, "mc-1b", second.body.key);
  clients.push(client);
  await send(client, "mc-1b", { tiltDeg: 37, isOpen: true });
  await page.click(rowOf("asset of mc-1"));
  await page.locator('#measurements [role=tab]:text-is("倾角")').click();
  await waitForText(page, "#curve-legend li", "mc-1b");
  expect(await page.locator("#curve-legend li").allTextContents()).toEqual(["mc-1", "mc-1b"]);

  await city.addDevice("waste-bin", "wb-1", { lon: 115.5, lat: 31.9 });
  await page.reload();
  await page.waitForSelector("#connection[data-state=live]");
  await page.click("#zoom-all");
  const box = await page.locator("#map").boundingBox();
  // The bin lies north of everything else.
  const spot = await northernmost(page);
  await page.mouse.click((box?.x ?? 0) + spot.x, (box?.y ?? 0) + spot.y);
  await waitForText(page, "#no-readings", "这个部件还没有读数。");
  expect(await page.isVisible("#curve")).toBe(false);
  await page.screenshot({ path: join(pictures, "no-readings.png") });
  await page.context().close();
});

/** Where the northernmost painted pixel of the ground lies, in pixels of the page. */
const northernmost = (page: Page): Promise<{ x: number; y: number }> =>
  page.evaluate(`(() => {
    const canvas = document.getElementById("map-ground");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const at = data.findIndex((value, n) => n % 4 === 3 && value > 0) >> 2;
    return { x: at % canvas.width, y: Math.floor(at / canvas.width) };
  })()`);

test("a session that has ended asks to sign in, and the choice is still there after it", async () => {
  const { page } = await enter();
  await page.click(rowOf("asset of mc-1"));
  await waitForText(page, "#asset-title", "asset of mc-1");
  await page.evaluate("sessionStorage.setItem('gridwarden.token', 'ended')");
  await waitForText(page, "#sign-in-fault", "登录已过期，请重新登录。");
  await page.screenshot({ path: join(pictures, "ended.png") });
  await signInOn(page, "admin", ADMIN_PASSWORD);
  await waitForText(page, "#asset-title", "asset of mc-1");
  await waitForText(page, "#latest tr", "38.5 °");
  expect(await page.locator("#cases [aria-current=true]").count()).toBe(1);
  await page.context().close();
});

test("on a phone the legend is folded and nothing is wider than the screen", async () => {
  const { page } = await enter({ width: 390, height: 780 });
  expect(await page.locator("#legend").getAttribute("open")).toBeNull();
  await page.click(rowOf("asset of mc-1"));
  await waitForText(page, "#latest tr", "38.5 °");
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
  expect(await page.evaluate("document.getElementById('console').scrollWidth")).toBe(390);
  await page.screenshot({ path: join(pictures, "phone.png") });
  await page.context().close();
});

test("a case without a crew stands among what is to be done, and goes when somebody takes care", async () => {
  // Of a year whose holidays are missing the centre is told at the start.
  const path = "/api/v1/notices";
  const standing = await platform.api.get<{ items: { noticeId: string }[] }>(
    `${path}?standing=true`,
  );
  for (const { noticeId } of standing.body.items) {
    await platform.api.post(`${path}/${noticeId}/acknowledge`, undefined);
  }
  await platform.api.post("/api/v1/units", { unitId: "bare", name: "Bare", kind: "contractor" });
  const key = await city.addDevice("manhole-cover", "lid-bare", { maintenanceUnitId: "bare" });
  const client = await connect(platform.ports.mqtt, "lid-bare", key);
  clients.push(client);
  const { page, faults } = await enter();
  await page.waitForSelector("#notices-room", { state: "hidden" });
  await send(client, "lid-bare", { tiltDeg: 50, isOpen: true });
  await waitForText(page, "#notices .told", "没有可派的处置人员");
  await waitForText(page, "#cases small", "无处置人员");
  await page.screenshot({ path: join(pictures, "notices.png") });
  await page.click("#language");
  await waitForText(page, "#notices .told", "has no crew");
  await page.click("#notices .told");
  await page.waitForSelector("#cases [aria-current=true]");
  await page.click("#notices .done");
  await page.waitForSelector("#notices-room", { state: "hidden" });
  expect(faults).toEqual([]);
  await page.context().close();
});

test("a drill says so in its row and in the line of dangers, and counts among no danger", async () => {
  await city.addDevice("manhole-cover", "lid-drill");
  const { page, faults } = await enter();
  const before = await textOf(page, "#danger");
  const drill = { assetId: "asset-of-lid-drill", conditionId: "cover-displaced" };
  const { body } = await platform.api.post<{ caseNo: string }>("/api/v1/drills", drill);
  await waitForText(page, "#danger", "【演练】案卷 1 件");
  expect(await textOf(page, "#danger")).toBe(`${before} · 【演练】案卷 1 件`);
  await waitForText(page, "#announcement", "新的生命安全案卷：【演练】");
  await waitForText(page, rowOf("asset of lid-drill"), "【演练】");
  await page.screenshot({ path: join(pictures, "drill.png") });
  const end = { event: "void", reason: "the drill is over" };
  await platform.api.post(`/api/v1/cases/${body.caseNo}/transitions`, end);
  await page.locator("#danger", { hasText: "演练" }).waitFor({ state: "detached" });
  expect(faults).toEqual([]);
  await page.context().close();
});

test("an address that names a case opens it, also after it has closed; another number opens none", async () => {
  await city.addDevice("manhole-cover", "lid-named");
  const reported = { assetId: "asset-of-lid-named", conditionId: "cover-broken" };
  const { body } = await platform.api.post<{ caseNo: string }>("/api/v1/cases", reported);
  const { page, faults } = await visit(browser, `${url}#case=${body.caseNo}`);
  await signInOn(page, "admin", ADMIN_PASSWORD);
  await waitForText(page, "#asset-title", "asset of lid-named");
  await page.waitForSelector("#cases [aria-current=true]");
  await page.click("#asset-close");
  const end = { event: "void", reason: "nothing there" };
  await platform.api.post(`/api/v1/cases/${body.caseNo}/transitions`, end);
  await page.evaluate(`location.hash = "#case=4115242026112799999"`);
  await page.evaluate(`location.hash = "#case=${body.caseNo}"`);
  await waitForText(page, "#asset-title", "asset of lid-named");
  expect(faults.filter((fault) => !fault.includes("404"))).toEqual([]);
  await page.context().close();
});
