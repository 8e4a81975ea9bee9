/**
 * Assets and devices in a real Chromium, at the built platform: an asset found and read by mouse and by
 * keys, a lamp told something, a device taken in by its label, a stranger adopted, a file brought in, an
 * asset and a device registered by hand.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { violationsOf } from "./support/axe.ts";
import { launchBrowser, signInOn, type Visit, visit } from "./support/browser.ts";
import { connect, foundCity } from "./support/city.ts";
import { ADMIN_PASSWORD, until } from "./support/platform.ts";
import { type PlatformProcess, startProcess } from "./support/process.ts";

const MINUTE_MS = 60_000;
const directory = mkdtempSync(join(tmpdir(), "gridwarden-assets-"));
const kept = process.env.GRIDWARDEN_TEST_PICTURES;
const pictures = kept ?? mkdtempSync(join(tmpdir(), "gridwarden-pictures-"));
let platform: PlatformProcess;
let browser: Browser;
let visited: Visit;
let page: Page;
const clients: MqttClient[] = [];

beforeAll(async () => {
  platform = await startProcess(directory);
  await seed();
  browser = await launchBrowser();
  visited = await visit(browser, `http://127.0.0.1:${platform.ports.http}/#/assets`, {
    height: 1500,
  });
  page = visited.page;
  await signInOn(page, "admin", ADMIN_PASSWORD);
  await page.waitForSelector("#connection[data-state=live]");
}, 120_000);

afterAll(async () => {
  await browser?.close();
  for (const client of clients) await client.endAsync(true);
  platform?.child.kill("SIGTERM");
  await platform?.ended;
  rmSync(directory, { recursive: true, force: true });
  if (kept === undefined) rmSync(pictures, { recursive: true, force: true });
});

async function seed(): Promise<void> {
  const city = await foundCity(platform.api);
  const { api } = platform;
  await api.post("/api/v1/units", { unitId: "411524001", name: "城关街道", kind: "street" });
  const cover = await city.addDevice("manhole-cover", "mc-1", {
    ...{ name: "东门污水井盖", gridCell: "41152400100101", responsibleGrid: "网格07" },
    ...{ attributes: { depthCm: 300 }, device: { vendor: "Milesight", model: "EM310-TILT" } },
  });
  const lamp = await city.addDevice("streetlight", "sl-1", { name: "重庆路 12 号灯" });
  await city.addDevice("streetlight", "sl-2", { name: "灯库", device: { life: "stock" } });
  await sendPast(await client("mc-1", cover));
  const answering = await client("sl-1", lamp);
  await answering.subscribeAsync("v1/streetlight/sl-1/command");
  answering.on("message", (_topic, payload) => {
    const { id } = JSON.parse(payload.toString()) as { id: string };
    const answer = JSON.stringify({ id, ok: true });
    void answering.publishAsync("v1/streetlight/sl-1/command/ack", answer, { qos: 1 });
  });
  const rights = { serviceId: "chirpstack", publish: ["application/#"], subscribe: [] };
  const { body } = await api.post<{ key: string }>("/api/v1/services", rights);
  const stranger = { deviceInfo: { devEui: "24e124713b0000ff" }, fPort: 2, data: "AQI=" };
  const service = await client("chirpstack", body.key);
  const topic = "application/a/device/24e124713b0000ff/event/up";
  await service.publishAsync(topic, JSON.stringify(stranger), { qos: 1 });
}

async function client(id: string, key: string): Promise<MqttClient> {
  const made = await connect(platform.ports.mqtt, id, key);
  clients.push(made);
  return made;
}

/** Ten hours each five minutes with a gap of an hour and a half; then the cover is lifted. */
async function sendPast(cover: MqttClient): Promise<void> {
  const elements = [];
  for (let minutes = 600; minutes > 0; minutes -= 5) {
    if (minutes > 250 && minutes < 340) continue;
    const values = { tiltDeg: 1.5 + Math.sin(minutes / 40), isOpen: false, batteryPercent: 80 };
    elements.push({ observedAt: Date.now() - minutes * MINUTE_MS, values });
  }
  const topic = "v1/manhole-cover/mc-1/telemetry";
  await cover.publishAsync(topic, JSON.stringify(elements), { qos: 1 });
  const now = { observedAt: Date.now(), values: { tiltDeg: 38.5, isOpen: true, rssiDbm: -97 } };
  await cover.publishAsync(topic, JSON.stringify(now), { qos: 1 });
  await until(async () => {
    const path = "/api/v1/cases?assetId=asset-of-mc-1";
    return (await platform.api.get<{ items: unknown[] }>(path)).body.items.length > 0;
  }, "the case of the lifted cover");
}

const go = (hash: string): Promise<void> =>
  page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
const shows = (text: string): Promise<void> => page.getByText(text).first().waitFor();

/** As a reader sees it in Chinese; then in English, without a Chinese word of the page's own. */
async function inBothLanguages(name: string, english: string): Promise<void> {
  expect(await violationsOf(page)).toEqual([]);
  await page.screenshot({ path: join(pictures, `${name}-zh.png`) });
  await page.click("#language");
  await shows(english);
  await page.screenshot({ path: join(pictures, `${name}-en.png`) });
  await page.click("#language");
}

test("an asset is found by a part of its name and by what is the matter; the address keeps it", async () => {
  await page.fill("[name=q]", "污水 ");
  await shows("共 1 条");
  expect(page.url()).toContain("q=");
  // Whoever goes on to a second word has not lost the blank before it.
  expect(await page.inputValue("[name=q]")).toBe("污水 ");
  await page.fill("[name=q]", "");
  await until(() => !page.url().includes("q="), "an address without the word");
  await page.selectOption("[name=state]", "case");
  await shows("共 1 条");
  await page.selectOption("[name=street]", "411524001");
  await page.reload();
  const street = (): Promise<string> => page.inputValue("[name=street]");
  await until(async () => (await street()) === "411524001", "the street of the address");
  await shows("东门污水井盖");
  expect(await page.locator(".assets-table tbody tr").count()).toBe(1);
  await inBothLanguages("assets", "1, all shown");
  await page.click(".assets-table a");
  await page.waitForSelector("#asset-name");
});

test("an asset shows its card, its alarms and case, and its curve with the gap and the limit", async () => {
  await shows("案卷（1 件在办）");
  const code = await page.locator(".assets-code-parts dd").allTextContents();
  expect(code).toEqual(["411524", "01", "02", "000001"]);
  const said = page.locator(".curve-room [role=img]");
  await said.waitFor();
  const text = (await said.getAttribute("aria-label")) ?? "";
  expect(text).toContain("中断 1 处");
  expect(text).toContain("限值：井盖倾斜 10");
  expect(await painted()).toBeGreaterThan(500);
  await shows("38.5 °");
  await inBothLanguages("asset", "Newest values");
  // Drawn anew in the other language and back, the hours are still at its foot.
  expect(await painted(40)).toBeGreaterThan(100);
});

/** How many pixels of the curve are painted, of all of it or of so many at its foot. */
const painted = (foot = 1_000): Promise<number> =>
  page.evaluate(`(() => {
    const canvas = document.querySelector(".curve-room canvas");
    const top = Math.max(0, canvas.height - ${foot});
    const { data } = canvas.getContext("2d").getImageData(0, top, canvas.width, canvas.height - top);
    return data.filter((value, n) => n % 4 === 3 && value > 0).length;
  })()`);

test("a curve is read point by point and zoomed by the keys alone, and zoomed by a drag", async () => {
  const reader = page.locator(".curve-reader input");
  await reader.focus();
  const newest = await page.locator(".curve-reader output").textContent();
  expect(newest).toContain("38.5 °");
  await page.keyboard.press("ArrowLeft");
  expect(await reader.getAttribute("aria-valuetext")).not.toBe(newest);
  const label = page.locator(".curve-room [role=img]");
  const whole = await label.getAttribute("aria-label");
  const changed = () =>
    until(async () => (await label.getAttribute("aria-label")) !== whole, "another part");
  await page.keyboard.press("+");
  await changed();
  await page.keyboard.press("0");
  const box = await page.locator(".curve-room .u-over").boundingBox();
  if (box === null) throw new Error("no curve");
  const at = (share: number): [number, number] => [box.x + box.width * share, box.y + 60];
  await page.mouse.move(...at(0.7));
  await page.mouse.down();
  await page.mouse.move(...at(0.8), { steps: 4 });
  await page.mouse.move(...at(0.9), { steps: 4 });
  await page.mouse.up();
  await changed();
  await page.click(".curve-table summary");
  await page.waitForSelector(".curve-table tbody tr");
});

test("devices are listed with what they are, battery and radio; a lamp obeys, a cover is not commanded", async () => {
  let calls = 0;
  page.on("request", (request) => {
    if (request.url().includes("/api/v1/readings/latest")) calls += 1;
  });
  await go("#/devices");
  await shows("-97 dBm");
  expect(await page.locator("tbody tr").count()).toBe(3);
  expect(calls).toBe(1);
  await page.focus("tbody th a");
  await page.keyboard.press("ArrowDown");
  expect(await page.evaluate("document.activeElement.textContent")).toBe("sl-1");
  await shows("80 %");
  await page.fill("[name=q]", "SL-1");
  await until(async () => (await page.locator("tbody tr").count()) === 1, "one device");
  await inBothLanguages("devices", "Last heard");
  await page.click("tbody a");
  await page.waitForSelector("#device-commands");
  await page.fill("[name=percent]", "40");
  await page.click('button:text-is("调光")');
  await page.locator(".tag.good:text-is('已执行')").waitFor();
  await inBothLanguages("device", "Commands");
  await platform.api.post("/api/v1/commands", { target: { class: "streetlight" }, name: "off" });
  await go("#/devices/sl-2");
  await page.click('button:text-is("开灯")');
  await page.locator(".fault", { hasText: /^设备“sl-2”为“在库”，不能下发指令$/ }).waitFor();
  await page.locator("td small", { hasText: /^设备“sl-2”为“在库”，不能下发指令$/ }).waitFor();
  await go("#/devices/mc-1");
  await shows("阀门和水泵只能由现场人员操作");
});

test("a device is kept by its life: a note and a step, and retiring is asked for twice", async () => {
  await go("#/devices/sl-1");
  await page.fill("[name=life-note]", "换灯罩");
  await page.click('button:text-is("转入检修")');
  await shows("在用 → 检修");
  // A double click is no second thought.
  await page.dblclick('button:text-is("报废")');
  await shows("确认请再点一次");
  const { body } = await platform.api.get<{ life: string }>("/api/v1/devices/sl-1");
  expect(body.life).toBe("maintenance");
  await page.click('button:text-is("更换密钥")');
  await page.click('button:text-is("确认更换密钥")');
  expect(await page.locator(".assets-key code").textContent()).toMatch(/^[\w-]{43}$/);
});

test("a device from the stock is installed at an asset by its label", async () => {
  await go("#/assets?view=scan");
  await page.fill("[name=q]", "12 号灯");
  await page.click('button:text-is("重庆路 12 号灯")');
  await page.fill("[name=code]", "not a label");
  await page.click('button:text-is("确定")');
  await shows("这不是设备标签");
  await page.fill("[name=code]", "https://console.example/#device=mc-1");
  await page.click('button:text-is("确定")');
  await shows("现在登记在部件 asset-of-mc-1");
  await page.fill("[name=code]", "https://console.example/#device=sl-2");
  await page.click('button:text-is("确定")');
  await shows("现在登记在部件 asset-of-sl-2");
  await inBothLanguages("install", "Set installed at this asset");
  await page.click('button:text-is("安装到这个部件")');
  await shows("已在这个部件");
  const { body } = await platform.api.get<{ assetId: string; life: string }>(
    "/api/v1/devices/sl-2",
  );
  expect([body.assetId, body.life]).toEqual(["asset-of-sl-1", "installed"]);
});

test("who knocks is adopted in one step, and its key is shown once", async () => {
  await go("#/assets?view=knocking");
  await shows("24e124713b0000ff");
  await page.fill("[name=assetId]", "asset-of-mc-1");
  await page.fill("[name=deviceId]", "mc-2");
  await inBothLanguages("knocking", "Who knocks");
  expect(await page.inputValue("[name=deviceId]")).toBe("mc-2");
  await page.click('button:text-is("接入")');
  await shows("已接入：mc-2");
  await shows("没有未登记的设备在发送数据。");
});

/** Whether who closes the tab is asked first. */
const untilClosingIsAsked = (isAsked: boolean): Promise<void> =>
  until(
    async () => {
      const closing = `window.dispatchEvent(new Event("beforeunload", { cancelable: true }))`;
      return (await page.evaluate<boolean>(closing)) !== isAsked;
    },
    `a tab that is closed ${isAsked ? "after a question" : "without a word"}`,
  ).then(() => undefined);

test("a file is looked at before it is sent; what is rejected is listed with its line", async () => {
  await go("#/assets?view=import");
  const csv =
    "assetId,componentCode,name,lon,lat,colour\n" +
    "tree-1,4115240301000001,行道树 1,115.41,31.8,green\n" +
    "tree-2,41152403,行道树 2,115.41,31.8,green\n" +
    "tree-3,4115240301000003,行道树 3,115.41,31.8,green\n";
  const file = { name: "trees.csv", mimeType: "text/csv", buffer: Buffer.from(csv) };
  await page.setInputFiles("[name=file]", file);
  await shows("第 2 行（文件第 3 行）： 部件编码应为 16 至 18 位数字");
  await untilClosingIsAsked(true);
  await page.click('nav a[href="#/devices"]');
  await shows("选好的文件还没有全部导入");
  expect(await violationsOf(page)).toEqual([]);
  await page.screenshot({ path: join(pictures, "import-leave.png") });
  await page.click('dialog button:text-is("留在这里")');
  expect(new URL(page.url()).hash).toBe("#/assets?view=import");
  await page.click("#sign-out");
  await shows("选好的文件还没有全部导入");
  await page.click('dialog button:text-is("留在这里")');
  await page.click('button:text-is("导入 3 行")');
  await shows("新建 2，修改 0，拒绝 1");
  await shows("没有对应字段、未读取的列：colour");
  const cells = await page.locator("#import-report ~ .assets-table tbody tr > *").allTextContents();
  expect(cells.slice(0, 2)).toEqual(["3", "REQUEST_INVALID"]);
  await inBothLanguages("import", "Download rejected.csv");
  await page.selectOption("[name=target]", "devices");
  const devices = Buffer.from("deviceId,assetId\ntree-sensor,tree-1\n");
  await page.setInputFiles("[name=file]", { ...file, name: "devices.csv", buffer: devices });
  await page.click('button:text-is("导入 1 行")');
  await shows("请先下载新设备的密钥。");
  await untilClosingIsAsked(true);
  await go("#/devices");
  await shows("新设备的密钥还没有下载，别处没有");
  await page.keyboard.press("Escape");
  const saved = page.waitForEvent("download");
  await page.click('a:text-is("下载 keys.csv")');
  expect((await saved).suggestedFilename()).toBe("keys.csv");
  await page.locator("[name=file]:enabled").waitFor();
  await untilClosingIsAsked(false);
  await page.setInputFiles("[name=file]", file);
  await untilClosingIsAsked(true);
  await go("#/devices");
  await page.click('dialog button:text-is("离开")');
  await page.waitForSelector("#devices-title");
});

/** What is wrong beside the field of that name. */
const faultAt = (name: string): Promise<string | null> =>
  page.evaluate(`(() => {
    const field = document.querySelector(${JSON.stringify(`[name='${name}']`)});
    const ids = (field.getAttribute("aria-describedby") ?? "").split(" ");
    return ids.map((id) => document.getElementById(id)).find((each) => each?.matches(".fault"))
      ?.textContent ?? null;
  })()`);
const isFocused = (name: string): Promise<void> => page.locator(`[name="${name}"]:focus`).waitFor();

test("an asset is registered by hand: what is wrong stands at its field, and nothing typed is lost", async () => {
  await go("#/assets");
  await page.click('a:text-is("登记部件")');
  await isFocused("class");
  await page.selectOption("[name=class]", "manhole-cover");
  await page.press("[name=name]", "Enter");
  expect(await faultAt("name")).toBe("必填。");
  expect(await faultAt("lat")).toBe("必填。");
  await isFocused("name");
  await page.keyboard.type("新开街雨水井盖");
  await page.fill("[name=componentCode]", "411524010300");
  await shows("已输入 12 位，至少 16 位");
  expect(await page.locator(".assets-code-field dd").allTextContents()).toEqual([
    ...["411524", "01公用设施", "03雨水井盖", "00····"],
  ]);
  await page.fill("[name=componentCode]", "41152401O3");
  expect(await faultAt("componentCode")).toContain("16 至 18 位数字");
  // The first cover of the city has it.
  await page.fill("[name=componentCode]", "4115240102000001");
  await shows("已有部件使用这个编码：");
  await page.fill("[name=componentCode]", "4115240103000009");
  await page.fill("[name=assetId]", "asset-of-mc-1");
  await page.selectOption("[name=maintenanceUnitId]", "works");
  await page.fill("[name=parentAssetId]", "nowhere");
  await page.fill("[name='attributes.depthCm']", "deep");
  await page.fill("[name=otherAttribute]", "house");
  await page.press("[name=otherAttribute]", "Enter");
  await page.fill("[name='attributes.house']", "012");
  await page
    .locator(".assets-place canvas")
    .last()
    .click({ position: { x: 200, y: 100 } });
  const pointed = await page.inputValue("[name=lon]");
  expect(Number(pointed)).toBeCloseTo(115.41, 1);
  // Enter on the map takes its middle.
  await page.locator(".map-moving").focus();
  await page.keyboard.press("Enter");
  expect(await page.inputValue("[name=lon]")).not.toBe(pointed);
  await inBothLanguages("asset-form", "Register");
  await page.reload();
  await until(async () => (await page.inputValue("[name=name]")) !== "", "what was typed");
  await page.press("[name=name]", "Enter");
  expect(await faultAt("attributes.depthCm")).toBe("应为数字。");
  await page.fill("[name='attributes.depthCm']", "250");
  // The session ends before it is sent.
  let sent = 0;
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/api/v1/assets")) sent += 1;
  });
  await page.context().clearCookies();
  await page.press("[name=name]", "Enter");
  await page.locator("dialog #sign-in").waitFor();
  await signInOn(page, "admin", ADMIN_PASSWORD);
  await page.waitForSelector("dialog[open]", { state: "detached" });
  // What the page asks by itself may have met the end of the session before the form was sent.
  if (sent === 0) await page.press("[name=name]", "Enter");
  await until(async () => (await faultAt("assetId")) !== null, "the id that is another's");
  await isFocused("assetId");
  await page.fill("[name=assetId]", "cover-new");
  await page.keyboard.press("Enter");
  await until(async () => (await faultAt("parentAssetId")) !== null, "the parent that is none");
  await page.fill("[name=parentAssetId]", "");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#asset-name");
  expect(page.url()).toContain("#/assets/cover-new");
  const { body } = await platform.api.get<object>("/api/v1/assets/cover-new");
  expect(body).toMatchObject({
    ...{ class: "manhole-cover", componentCode: "4115240103000009", name: "新开街雨水井盖" },
    ...{ maintenanceUnitId: "works", attributes: { depthCm: 250, house: "012" } },
  });
});

test("an asset is changed: only what was typed, and an emptied field goes", async () => {
  await go("#/assets/cover-new");
  await page.click('a:text-is("修改")');
  await page.fill("[name='attributes.house']", "");
  await page.fill("[name=gridCell]", "4115");
  await page.press("[name=gridCell]", "Enter");
  expect(await faultAt("gridCell")).toContain("14 至 16 位");
  await page.fill("[name=gridCell]", "41152400100102");
  await page.press("[name=gridCell]", "Enter");
  await page.waitForSelector("#asset-name");
  await shows("41152400100102");
  const { body } = await platform.api.get<object>("/api/v1/assets/cover-new");
  expect(body).toMatchObject({ gridCell: "41152400100102", attributes: { depthCm: 250 } });
  await go("#/assets?view=new");
  await page.waitForSelector("[name=componentCode]");
  expect(await page.inputValue("[name=name]")).toBe("");
});

test("a device is added at its asset, once though its answer is lost; its key is shown once", async () => {
  await go("#/assets/cover-new");
  await page.click('a:text-is("登记设备")');
  await isFocused("deviceId");
  await page.keyboard.type("mc-1");
  await page.selectOption("[name=format]", "chirpstack");
  await page.fill("[name=externalId]", "24E1");
  expect(await page.locator("[name=protocolPassword]").count()).toBe(0);
  await page.keyboard.press("Enter");
  expect(await faultAt("externalId")).toContain("DevEUI，16 位十六进制");
  await page.selectOption("[name=format]", "hj212");
  await page.fill("[name=externalId]", "411524NEW0001");
  await page.fill("[name=protocolPassword]", "123456");
  await page.fill("[name=vendor]", "Milesight");
  await page.fill("[name=serialNumber]", "SN-77");
  await page.keyboard.press("Enter");
  await until(async () => (await faultAt("deviceId")) !== null, "the id that is another's");
  await isFocused("deviceId");
  await inBothLanguages("device-form", "Register");
  const stored = await page.evaluate("JSON.stringify({ ...sessionStorage })");
  expect(stored).toContain("SN-77");
  expect(stored).not.toContain("123456");
  await page.fill("[name=deviceId]", "mc-new");
  const devices = "**/api/v1/devices";
  await page.route(devices, async (route) => {
    expect((await route.fetch()).status()).toBe(201);
    await route.abort();
  });
  await page.keyboard.press("Enter");
  await shows("平台没有应答");
  await page.unroute(devices);
  await page.click('button:text-is("登记")');
  await shows("已登记设备 mc-new。");
  expect(await page.locator(".assets-key code").textContent()).toMatch(/^[\w-]{43}$/);
  await inBothLanguages("device-made", "Device mc-new is registered.");
  await page.click('a:text-is("打开设备页")');
  await page.waitForSelector("#device-name");
  const { body } = await platform.api.get<object>("/api/v1/devices/mc-new");
  expect(body).toMatchObject({
    ...{ assetId: "cover-new", format: "hj212", externalId: "411524NEW0001" },
    ...{ vendor: "Milesight", serialNumber: "SN-77" },
  });
});

test("who is no administrator registers and changes nothing", async () => {
  const viewer = { username: "looker", password: "looker-password", roles: ["viewer"] };
  await platform.api.post("/api/v1/users", viewer);
  const other = await visit(browser, `http://127.0.0.1:${platform.ports.http}/#/assets/cover-new`);
  await signInOn(other.page, "looker", "looker-password");
  await other.page.waitForSelector("#asset-name");
  expect(await other.page.locator('a:text-is("修改"), a:text-is("登记设备")').count()).toBe(0);
  for (const hash of ["#/assets?view=new", "#/assets/cover-new?view=edit"]) {
    await other.page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    await other.page.getByText("登记和修改部件、设备需要管理员。").waitFor();
    expect(await other.page.locator("form.assets-register").count()).toBe(0);
  }
  await other.page.context().close();
});

test("on a narrow screen nothing is wider than the screen, and nothing went wrong on the way", async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  for (const hash of [
    "#/assets/asset-of-mc-1",
    "#/devices/sl-2",
    "#/devices",
    "#/assets?view=new",
  ]) {
    await go(hash);
    await page.locator("h1").waitFor();
    await expect.poll(() => page.getByText("加载中……").count()).toBe(0);
    const width = "document.getElementById('content').scrollWidth";
    await expect.poll(() => page.evaluate(width)).toBeLessThanOrEqual(390);
  }
  await page.screenshot({ path: join(pictures, "assets-narrow.png") });
  // What the platform has refused on the way, and an answer that is lost, the browser calls an error.
  const faults = visited.faults.filter(
    (fault) => !/status of (401|404|409)|ERR_FAILED/.test(fault),
  );
  expect({ faults, foreign: visited.foreign }).toEqual({ faults: [], foreign: [] });
});
