/**
 * *Now* and the wall in a real Chromium, at the built platform: what a person on duty sees when a
 * cover is lifted, in both languages, with the keys alone, and after the session has ended.
 * The tests tell one watch from its begin: each builds on the cases of those before it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CityFigures } from "../model/city-figures.ts";
import { violationsOf } from "./support/axe.ts";
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

async function enter(hash = "", look?: Parameters<typeof visit>[2]): Promise<Visit> {
  const visited = await visit(browser, url + hash, look);
  await signInOn(visited.page, "admin", ADMIN_PASSWORD);
  await visited.page.waitForSelector("#connection[data-state=live]", { state: "attached" });
  return visited;
}

const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: join(pictures, `${name}.png`) });

/** How many pixels of the map's ground differ from its corner. */
const painted = (page: Page): Promise<number> =>
  page.evaluate(`(() => {
    const canvas = document.querySelector(".map canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const pixels = new Uint32Array(data.buffer);
    return pixels.filter((pixel) => pixel !== pixels[0]).length;
  })()`);

/** Two lines of links and buttons are higher. */
const ONE_LINE_PX = 60;

const textOf = async (page: Page, selector: string): Promise<string> =>
  ((await page.locator(selector).first().textContent()) ?? "").trim();

const waitForText = (page: Page, selector: string, text: string | RegExp): Promise<void> =>
  page.locator(selector).filter({ hasText: text }).first().waitFor();

const rowOf = (assetName: string): string => `#cases a:has(.now-where:has-text("${assetName}"))`;

const legendCount = (page: Page, word: string): Promise<string> =>
  textOf(page, `#legend label:has-text("${word}") b`);

test("a lifted cover becomes a case without reloading, announces itself, and opens by its row", async () => {
  const client = await device("mc-1");
  await send(client, "mc-1", { tiltDeg: 1.5, isOpen: false });
  const { page, faults, foreign } = await enter();
  await waitForText(page, "#no-cases", "没有在办案卷和报警。");
  expect(await page.isVisible("#danger")).toBe(false);
  expect(await textOf(page, "#sound")).toBe("声音开");
  expect(await painted(page)).toBeGreaterThan(0);

  await send(client, "mc-1", { tiltDeg: 38.5, isOpen: true });
  await waitForText(page, "#cases .now-where", "asset of mc-1");
  expect(await textOf(page, "#cases .now-left")).toMatch(/^剩 (1 小时 \d+|2 小时 0) 分$/);
  expect(await textOf(page, "#danger")).toContain("1 件");
  expect(await page.title()).toBe("(1) gridwarden");
  await waitForText(page, "#announcement", "新的人身安全案卷");
  expect(await legendCount(page, "人身安全")).toBe("1");

  await page.click("#cases a");
  await waitForText(page, "#latest tr", "38.5 °");
  expect(await page.locator("#latest tr").count()).toBe(2);
  expect(new URL(page.url()).hash).toMatch(/\?case=\d+$/);
  const href = await page.locator('#asset-room a:has-text("部件页")').getAttribute("href");
  expect(href).toBe("#/assets/asset-of-mc-1");
  await picture(page, "now-case");
  expect(await violationsOf(page)).toEqual([]);
  expect({ faults, foreign }).toEqual({ faults: [], foreign: [] });
  await page.context().close();
});

test("the time shown is the platform's wherever the browser stands; a muted sound is shown and kept", async () => {
  const { page } = await enter();
  const health = (await (await fetch(`${url}healthz`)).json()) as { now: string };
  await waitForText(page, "#clock", "UTC+8");
  expect(health.now).toMatch(/\+08:00$/);
  const shown = (await textOf(page, "#clock")).replace(" UTC+8", "+08:00").replace(" ", "T");
  expect(Math.abs(Date.parse(shown) - Date.now())).toBeLessThan(60_000);
  await page.click("#sound");
  expect(await textOf(page, "#sound")).toBe("已静音");
  await page.reload();
  await waitForText(page, "#sound", "已静音");
  await page.click("#sound");
  expect(await textOf(page, "#sound")).toBe("声音开");
  await page.context().close();
});

test("the other language says every text, and the choice is kept", async () => {
  const { page } = await enter();
  await page.click(rowOf("asset of mc-1"));
  await waitForText(page, "#latest tr", "38.5 °");
  const visibleText = (): Promise<string> => page.evaluate("document.body.innerText");
  expect(await visibleText()).toContain("在办案卷");
  await page.click("#language");
  await waitForText(page, "#cases-title", "Open cases and alarms (1)");
  // Of Chinese there is only the name of the other language.
  expect((await visibleText()).replace("中文", "")).not.toMatch(/[\u4e00-\u9fff]/);
  const labels = await page.evaluate<string>(
    `[...document.querySelectorAll("[aria-label],[title]")].map((each) => [each.ariaLabel, each.title]).join()`,
  );
  expect(labels.replaceAll("切换为中文", "")).not.toMatch(/[\u4e00-\u9fff]/);
  await picture(page, "now-english");
  await page.reload();
  await waitForText(page, "#cases-title", "Open cases and alarms");
  await waitForText(page, "#asset-title", "asset of mc-1");
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
    page.evaluate("document.activeElement.querySelector('.now-where')?.textContent ?? ''");
  expect(await focused()).toBe("asset of mc-1");
  expect(await page.evaluate("document.activeElement.dataset.mark")).toBe("the same element");
  const focusOn = (name: string): Promise<void> => expect.poll(focused).toBe(name);
  await page.keyboard.press("ArrowUp");
  await focusOn("asset of gl-1");
  await page.keyboard.press("ArrowDown");
  await focusOn("asset of mc-1");
  await page.keyboard.press("Enter");
  await waitForText(page, "#asset-title", "asset of mc-1");
  await page.keyboard.press("Escape");
  await page.waitForSelector("#asset-room", { state: "detached" });
  expect(faults).toEqual([]);
  await page.context().close();
});

test("the map is moved and chosen on by the keys; what has no readings says so", async () => {
  await city.addDevice("waste-bin", "wb-1", { lon: 115.5, lat: 31.9 });
  const { page, faults } = await enter("#/now?asset=asset-of-wb-1");
  await waitForText(page, "#no-readings", "这个部件还没有读数。");
  await picture(page, "now-no-readings");
  await page.keyboard.press("Escape");
  await page.waitForSelector("#asset-room", { state: "detached" });
  const map = page.locator(".map-moving");
  await map.focus();
  const far = await painted(page);
  await page.keyboard.press("+");
  await page.keyboard.press("Enter");
  await waitForText(page, "#asset-title", "asset of wb-1");
  await page.keyboard.press("0");
  await expect.poll(() => painted(page)).not.toBe(far);
  expect(faults).toEqual([]);
  await page.context().close();
});

test("an alarm is acknowledged where its asset is shown", async () => {
  const { page } = await enter();
  await page.click(rowOf("asset of gl-1"));
  const line = page.locator("#asset-room li", { hasText: "报警" });
  await line.filter({ hasText: "未确认" }).first().waitFor();
  const before = await line.filter({ hasText: "未确认" }).count();
  await line.getByRole("button", { name: "确认报警" }).first().click();
  await expect.poll(() => line.filter({ hasText: "未确认" }).count()).toBe(before - 1);
  await page.context().close();
});

test("the legend filters list and map, and the address keeps it", async () => {
  const { page, faults } = await enter();
  await page.waitForSelector(rowOf("asset of gl-1"));
  await page.uncheck('#legend label:has-text("燃气管段") input');
  await page.waitForSelector(rowOf("asset of gl-1"), { state: "detached" });
  expect(await page.locator("#cases a").count()).toBe(1);
  expect(page.url()).toContain("class=");
  await page.reload();
  await page.waitForSelector(rowOf("asset of mc-1"));
  expect(await page.locator("#cases a").count()).toBe(1);
  await page.uncheck('#legend label:has-text("人身安全") input');
  await waitForText(page, "#no-cases", "没有符合筛选的案卷和报警。");
  await page.click('#legend button:has-text("全部显示")');
  await page.waitForSelector(rowOf("asset of gl-1"));
  expect(page.url()).not.toContain("class=");
  expect(faults).toEqual([]);
  await page.context().close();
});

test("a session that has ended asks to sign in, and the choice is still there after it", async () => {
  const { page } = await enter();
  await page.click(rowOf("asset of mc-1"));
  await waitForText(page, "#asset-title", "asset of mc-1");
  await page.context().clearCookies();
  // The next call of the page finds the session gone.
  await page.click('#asset-room button:has-text("确认报警")');
  await page.waitForSelector("dialog #sign-in");
  await picture(page, "now-session-ended");
  // Whoever types at once types no password where everybody reads it.
  expect(await page.evaluate("document.activeElement.name")).toBe("password");
  // What waits for the sign-in must not be left without one.
  for (let n = 0; n < 3; n += 1) await page.keyboard.press("Escape");
  await page.waitForSelector("dialog[open] #sign-in");
  await page.fill("dialog [name=password]", ADMIN_PASSWORD);
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  await waitForText(page, "#asset-title", "asset of mc-1");
  await waitForText(page, "#latest tr", "38.5 °");
  expect(await page.locator("#cases [aria-current=true]").count()).toBe(1);
  await page.context().close();
});

test("whoever is not the one that signs in again signs out, and another may come", async () => {
  const { page } = await enter();
  await page.click(rowOf("asset of mc-1"));
  await waitForText(page, "#asset-title", "asset of mc-1");
  await page.context().clearCookies();
  await page.click(rowOf("asset of gl-1"));
  await page.waitForSelector("dialog #sign-in");
  await page.click('dialog button:has-text("退出")');
  await page.waitForSelector("main.sign-in #sign-in");
  expect(await page.locator("dialog").count()).toBe(0);
  await page.context().close();
});

test("who closes the card by its button goes on in the list", async () => {
  const { page } = await enter();
  await page.click(rowOf("asset of mc-1"));
  await page.focus("#asset-close");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#asset-room", { state: "detached" });
  const where = "document.activeElement.querySelector('.now-where')?.textContent";
  expect(await page.evaluate(where)).toBe("asset of mc-1");
  await page.context().close();
});

test("while the platform is away a page that is opened says so, and goes on when it is back", async () => {
  const { page } = await enter();
  await page.route("**/api/v1/session", (route) => route.abort());
  await page.reload();
  await waitForText(page, ".fault", "平台没有应答");
  await page.unroute("**/api/v1/session");
  await page.waitForSelector(rowOf("asset of mc-1"));
  await page.context().close();
});

test("on a phone the legend is folded and nothing is wider than the screen", async () => {
  const { page } = await enter("", { width: 390, height: 780 });
  expect(await page.locator("#legend").getAttribute("open")).toBeNull();
  await page.click(rowOf("asset of mc-1"));
  await waitForText(page, "#latest tr", "38.5 °");
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
  expect(await page.evaluate("document.getElementById('content').scrollWidth")).toBe(390);
  await picture(page, "now-phone");
  await page.context().close();
});

test.each([1280, 1400])(
  "the bar is one line at %d px in both languages, with a danger and all that it asks",
  async (width) => {
    const { page } = await enter("", { width, height: 800 });
    await page.waitForSelector("#danger");
    for (const word of ["退出", "Sign out"]) {
      await waitForText(page, "#sign-out", word);
      const heights = await page.evaluate<number[]>(
        `[...document.querySelectorAll(".bar, .bar nav, .danger-bar")].map((each) => each.offsetHeight)`,
      );
      expect(Math.max(...heights), `${width} px, ${word}`).toBeLessThan(ONE_LINE_PX);
      await picture(page, `bar-${width}-${word === "退出" ? "zh" : "en"}`);
      await page.click("#language");
    }
    await page.context().close();
  },
);

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
  await page.waitForSelector("#notices-room", { state: "detached" });
  await send(client, "lid-bare", { tiltDeg: 50, isOpen: true });
  await waitForText(page, "#notices .told", "没有可派的处置人员");
  await waitForText(page, "#cases small", "无处置人员");
  await picture(page, "now-notices");
  expect(await violationsOf(page)).toEqual([]);
  await page.click("#language");
  await waitForText(page, "#notices .told", "has no crew");
  await page.click("#notices .told");
  await page.waitForSelector("#cases [aria-current=true]");
  await page.click("#notices .done");
  await page.waitForSelector("#notices-room", { state: "detached" });
  expect(faults).toEqual([]);
  await page.context().close();
});

test("a drill says so in its row and in the line of dangers, and counts among no danger", async () => {
  await city.addDevice("manhole-cover", "lid-drill");
  const { page, faults } = await enter();
  await page.waitForSelector(rowOf("asset of mc-1"));
  const before = await textOf(page, "#danger");
  const drill = { assetId: "asset-of-lid-drill", conditionId: "cover-displaced" };
  const { body } = await platform.api.post<{ caseNo: string }>("/api/v1/drills", drill);
  await waitForText(page, "#danger", "演练 1 件");
  expect(await textOf(page, "#danger")).toBe(`${before} · 演练 1 件`);
  await waitForText(page, "#announcement", "新的人身安全案卷：【演练】");
  await waitForText(page, rowOf("asset of lid-drill"), "【演练】");
  await picture(page, "now-drill");
  const end = { event: "void", reason: "the drill is over" };
  await platform.api.post(`/api/v1/cases/${body.caseNo}/transitions`, end);
  await page.locator("#danger", { hasText: "演练" }).waitFor({ state: "detached" });
  // Another of the same words is heard all the same: a reader says what is put there anew.
  await page.evaluate(`(() => {
    window.heard = [];
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) heard.push(...[...addedNodes].map((each) => each.textContent));
    }).observe(document.getElementById("announcement"), { childList: true });
  })()`);
  const again = await platform.api.post<{ caseNo: string }>("/api/v1/drills", drill);
  await waitForText(page, "#danger", "演练 1 件");
  await expect.poll(() => page.evaluate<string[]>("heard")).toHaveLength(1);
  expect(await page.evaluate("heard[0]")).toContain("新的人身安全案卷：【演练】");
  await platform.api.post(`/api/v1/cases/${again.body.caseNo}/transitions`, end);
  await page.locator("#danger", { hasText: "演练" }).waitFor({ state: "detached" });
  expect(faults).toEqual([]);
  await page.context().close();
});

test("an address that names a case shows it, also after it has closed; another number says there is none", async () => {
  await city.addDevice("manhole-cover", "lid-named");
  const reported = { assetId: "asset-of-lid-named", conditionId: "cover-broken" };
  const { body } = await platform.api.post<{ caseNo: string }>("/api/v1/cases", reported);
  const { page, faults } = await enter(`#/now?case=${body.caseNo}`);
  await waitForText(page, "#asset-title", "asset of lid-named");
  await page.waitForSelector("#cases [aria-current=true]");
  await page.click("#asset-close");
  const end = { event: "void", reason: "nothing there" };
  await platform.api.post(`/api/v1/cases/${body.caseNo}/transitions`, end);
  await page.evaluate(`location.hash = "#/now?case=4115242026112799999"`);
  await waitForText(page, ".now-side .fault", "没有编号为 4115242026112799999 的案卷。");
  await page.evaluate(`location.hash = "#/now?case=${body.caseNo}"`);
  await waitForText(page, "#asset-title", "asset of lid-named");
  expect(faults.filter((fault) => !fault.includes("404"))).toEqual([]);
  await page.context().close();
});

/** Whether something is drawn around the middle of the map. */
const isMiddleMarked = (page: Page): Promise<boolean> =>
  page.evaluate(`(() => {
    const canvas = document.querySelector(".map-moving");
    const [x, y] = [canvas.width / 2 - 20, canvas.height / 2 - 20];
    return canvas.getContext("2d").getImageData(x, y, 40, 40).data.some((value) => value > 0);
  })()`);

test("a place and an asset are found by name or code and chosen by the keys; the address can be sent", async () => {
  const road = { placeId: "road-cq", kind: "road", name: "重庆路", gridCell: "41152400100101" };
  const point = { type: "Point", coordinates: [115.47, 31.86] };
  const feature = { type: "Feature", geometry: point, properties: road };
  const file = { type: "FeatureCollection", features: [feature] };
  expect((await platform.api.post("/api/v1/places/import", file)).status).toBe(200);
  const { page, faults } = await enter();
  const field = page.getByRole("combobox", { name: "查找地点或部件" });
  await field.focus();
  await page.keyboard.type("chongqing");
  await page.locator('[role=option]:has-text("重庆路")').waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "now-search");
  await page.keyboard.press("Enter");
  await expect.poll(() => new URL(page.url()).hash).toContain("at=115.47%2C31.86");
  expect(await field.inputValue()).toBe("重庆路");
  await expect.poll(() => isMiddleMarked(page)).toBe(true);
  await picture(page, "now-place");
  // Whoever gets the address sees the same.
  const other = await enter(new URL(page.url()).hash);
  const shown = other.page.getByRole("combobox", { name: "查找地点或部件" });
  await expect.poll(() => shown.inputValue()).toBe("重庆路");
  await expect.poll(() => isMiddleMarked(other.page)).toBe(true);
  await other.page.context().close();

  await field.focus();
  await page.keyboard.press("Escape");
  expect(await field.inputValue()).toBe("");
  await expect.poll(() => isMiddleMarked(page)).toBe(false);
  expect(page.url()).not.toContain("at=");
  // Enter before the list has come takes its first.
  await page.keyboard.type("4115240102000001");
  await page.keyboard.press("Enter");
  await waitForText(page, "#asset-title", "asset of mc-1");
  expect(new URL(page.url()).hash).toContain("asset=asset-of-mc-1");
  await field.fill("nothing is called so");
  await waitForText(page, "[role=option]", "没有找到");
  expect(faults).toEqual([]);
  await page.context().close();
});

const figure = (label: string): string => `.wall-figure:has-text("${label}") b`;

test("the wall shows the city without a hand, its figures are the platform's, and F leaves it", async () => {
  const outlet = { attributes: { point: "outlet" } };
  const key = await city.addDevice("sewage-plant", "sp-1", outlet);
  await city.addDevice("sewage-plant", "sp-2", outlet);
  const plant = await connect(platform.ports.mqtt, "sp-1", key);
  clients.push(plant);
  await send(plant, "sp-1", { codMgL: 20 }, "sewage-plant");
  const measured = async (): Promise<number> =>
    (await platform.api.get<CityFigures>("/api/v1/city/figures")).body.outlets.measured;
  await expect.poll(measured, { timeout: 30_000 }).toBe(1);
  const { page, faults, foreign } = await enter("#/wall", { width: 1920, height: 1080 });
  const open = await platform.api.get<{ items: { lifeSafety: boolean }[] }>(
    "/api/v1/cases?status=open",
  );
  await waitForText(page, figure("在办案卷"), String(open.body.items.length));
  const dangers = open.body.items.filter(({ lifeSafety }) => lifeSafety).length;
  expect(await textOf(page, figure("人身安全"))).toBe(`⚠ ${dangers}`);
  await waitForText(page, figure("今日上报"), /^\d+$/);
  // Whether it is night where the platform is, the lighting plan says.
  const { body } = await platform.api.get<CityFigures>("/api/v1/city/figures");
  const { heard, lit } = body.lighting;
  const rate = heard === 0 ? "–" : `${((100 * lit) / heard).toFixed(1)}%`;
  expect(await textOf(page, figure("亮灯率"))).toBe(rate);
  expect(await textOf(page, figure("排口达标率"))).toBe("100.0%");
  expect(body.outlets).toEqual({ all: 2, measured: 1, within: 1 });
  await waitForText(page, ".wall-figure", "有数据 1/2");
  expect(await page.locator(".wall-urgent li").count()).toBe(open.body.items.length);
  expect(await page.isVisible(".bar")).toBe(false);
  const covers = page.locator(".wall-classes tr", { hasText: "井盖" }).locator("td");
  const known = await platform.api.get<{ items: object[] }>("/api/v1/assets?class=manhole-cover");
  const whole = known.body.items.length;
  const inOrder = `${(Math.floor((1_000 * (whole - 2)) / whole) / 10).toFixed(1)}%`;
  expect(await covers.allTextContents()).toEqual([inOrder, "2", "0", String(whole)]);
  expect(await violationsOf(page)).toEqual([]);
  // No figure sticks out of its column.
  const sticking = `[...document.querySelectorAll(".wall-figure")].filter((each) => {
    const room = document.createRange();
    room.selectNodeContents(each);
    return room.getBoundingClientRect().right > each.getBoundingClientRect().right + 1;
  }).map((each) => each.textContent)`;
  expect(await page.evaluate(sticking)).toEqual([]);
  await picture(page, "wall");
  await page.evaluate("document.getElementById('language').click()");
  await waitForText(page, ".wall-figure", "open cases");
  await picture(page, "wall-english");
  await page.keyboard.press("f");
  await page.waitForSelector(".bar", { state: "visible" });
  expect(new URL(page.url()).hash).toBe("#/now");
  expect({ faults, foreign }).toEqual({ faults: [], foreign: [] });
  await page.context().close();
});

test("an alarm that latched waits for its reset on the map's card and at its asset, and is gone by it", async () => {
  const { api } = platform;
  const path = "/api/v1/rules/waste-bin.fire";
  const { ruleId: _, ...rule } = (await api.get<{ ruleId: string }>(path)).body;
  expect((await api.replace(path, { ...rule, offDelayMs: 0 })).status).toBe(200);
  const bin = await device("wb-hot", "waste-bin");
  await send(bin, "wb-hot", { temperatureC: 80 }, "waste-bin");
  const { page, faults } = await enter("#/now?asset=asset-of-wb-hot");
  const line = page.locator("#asset-room li", { hasText: "报警" });
  await line.getByRole("button", { name: "确认报警" }).click();
  await line.filter({ hasText: "已确认" }).waitFor();
  expect(await line.getByRole("button").count()).toBe(0);
  await send(bin, "wb-hot", { temperatureC: 20 }, "waste-bin");
  const latched = { hasText: "已恢复，待复位" };
  await line.filter(latched).getByRole("button", { name: "复位" }).waitFor();
  await picture(page, "now-latched");
  await page.click("#asset-room a:text-is('部件页')");
  const row = page.locator("tr", { hasText: "垃圾箱起火" }).filter(latched);
  const reset = row.getByRole("button", { name: "复位" });
  await reset.waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "asset-latched");
  await reset.click();
  const alarms = async (): Promise<object[]> =>
    (await api.get<{ items: object[] }>("/api/v1/alarms?assetId=asset-of-wb-hot")).body.items;
  await expect.poll(alarms).toMatchObject([{ state: "normal", clearedBy: "admin" }]);
  expect(faults).toEqual([]);
  await page.context().close();
});

test("at night the wall has the lighting rate: lamps that burn, of those due that are heard", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gridwarden-night-"));
  const night = await startProcess(folder, undefined, [], {
    GRIDWARDEN_CLOCK: "2026-11-25T21:00:00+08:00,1",
  });
  try {
    const { addDevice } = await foundCity(night.api);
    const lamps = { "sl-1": true, "sl-2": true, "sl-3": false, "sl-unheard": undefined };
    for (const [lamp, isLit] of Object.entries(lamps)) {
      const key = await addDevice("streetlight", lamp);
      if (isLit === undefined) continue;
      const client = await connect(night.ports.mqtt, lamp, key);
      clients.push(client);
      await send(client, lamp, { isLit }, "streetlight");
    }
    const heard = async (): Promise<number> =>
      (await night.api.get<CityFigures>("/api/v1/city/figures")).body.lighting.heard;
    await expect.poll(heard, { timeout: 30_000 }).toBe(3);
    const wall = `http://127.0.0.1:${night.ports.http}/#/wall`;
    const { page, faults } = await visit(browser, wall, { width: 1920, height: 1080 });
    await signInOn(page, "admin", ADMIN_PASSWORD);
    await waitForText(page, figure("亮灯率"), "66.6%");
    expect(await textOf(page, '.wall-figure:has-text("亮灯率") small')).toBe("有数据 3/4");
    expect(await textOf(page, ".wall-clock")).toMatch(/^2026-11-25 21:0\d:\d\d$/);
    await picture(page, "wall-night");
    expect(faults).toEqual([]);
    await page.context().close();
  } finally {
    night.child.kill("SIGTERM");
    await night.ended;
    rmSync(folder, { recursive: true, force: true });
  }
});

test("an alarm that files no case is told by its rule's title in the page's language", async () => {
  await send(await device("lid-gas"), "lid-gas", { h2sPpm: 8 });
  const { page, faults } = await enter();
  const row = rowOf("asset of lid-gas");
  await waitForText(page, `${row} .now-what`, /^硫化氢超过职业接触限值$/);
  await page.click(row);
  await waitForText(page, "#asset-room li", "硫化氢超过职业接触限值");
  await page.click("#language");
  await waitForText(page, `${row} .now-what`, /^Hydrogen sulphide over the exposure limit$/);
  expect(faults).toEqual([]);
  await page.context().close();
});

test("rows that have left the list are let go of", async () => {
  const caseNos: string[] = [];
  for (const n of [1, 2, 3]) {
    await city.addDevice("manhole-cover", `lid-going-${n}`);
    const reported = { assetId: `asset-of-lid-going-${n}`, conditionId: "cover-broken" };
    const { body } = await platform.api.post<{ caseNo: string }>("/api/v1/cases", reported);
    caseNos.push(body.caseNo);
  }
  const { page } = await enter();
  const going = '#cases a:has-text("asset of lid-going")';
  await expect.poll(() => page.locator(going).count()).toBe(3);
  for (const caseNo of caseNos) {
    const end = { event: "void", reason: "nothing there" };
    await platform.api.post(`/api/v1/cases/${caseNo}/transitions`, end);
  }
  await expect.poll(() => page.locator(going).count()).toBe(0);
  await expect.poll(() => detachedOf(page, "HTMLLIElement")).toBe(0);
  await page.context().close();
});

/** Elements of a kind that the page keeps in memory, and that stand nowhere in it. */
async function detachedOf(page: Page, kind: string): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  try {
    const { result } = await devtools.send("Runtime.evaluate", { expression: `${kind}.prototype` });
    const prototypeObjectId = result.objectId ?? "";
    const { objects } = await devtools.send("Runtime.queryObjects", { prototypeObjectId });
    const counted = await devtools.send("Runtime.callFunctionOn", {
      objectId: objects.objectId ?? "",
      functionDeclaration: "function () { return this.filter((one) => !one.isConnected).length }",
      returnByValue: true,
    });
    return Number(counted.result.value);
  } finally {
    await devtools.detach();
  }
}
