/**
 * The cases in a real Chromium, at the built platform: a case from its alarm to its close by mouse and
 * another by the keys alone, two dispatchers at one case, many cases at once, and what is typed while
 * the language changes, the session ends and the platform starts anew. Crews act by the API, as their
 * phones do. The tests tell one watch from its begin.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jpeg } from "../files/doubles/pictures.ts";
import { violationsOf } from "./support/axe.ts";
import { launchBrowser, signInOn, type Visit, visit } from "./support/browser.ts";
import { type City, connect, foundCity } from "./support/city.ts";
import { sendPhoto } from "./support/photos.ts";
import { ADMIN_PASSWORD, type Api, signIn, until } from "./support/platform.ts";
import { type PlatformProcess, startProcess } from "./support/process.ts";

const PEOPLE = [
  { username: "wang", roles: ["acceptor"] },
  { username: "chen", roles: ["shift-lead"] },
  { username: "li", roles: ["dispatcher"] },
  { username: "zhao", roles: ["dispatcher"] },
  { username: "sun", roles: ["inspector"] },
  { username: "crew", roles: ["crew"], unitId: "works", crewId: "crew-1" },
];
type Name = "wang" | "chen" | "li" | "zhao" | "sun" | "gong" | "dian";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-cases-"));
const kept = process.env.GRIDWARDEN_TEST_PICTURES;
const pictures = kept ?? mkdtempSync(join(tmpdir(), "gridwarden-pictures-"));
let platform: PlatformProcess;
let city: City;
let crew: Api;
let browser: Browser;
let url: string;
const clients: MqttClient[] = [];
const visits = new Map<Name, Visit>();

beforeAll(async () => {
  platform = await startProcess(directory);
  city = await foundCity(platform.api);
  for (const person of PEOPLE) {
    await done(platform.api.post("/api/v1/users", { ...person, password: ADMIN_PASSWORD }));
  }
  crew = await signIn(platform.ports.http, "crew");
  await rattleAtOnce();
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

async function done<T>(asked: Promise<{ status: number; body: T }>): Promise<T> {
  const { status, body } = await asked;
  if (status >= 300) throw new Error(`refused with ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** A rattling cover is a case for review; here without its five minutes. */
async function rattleAtOnce(): Promise<void> {
  const url = "/api/v1/rules/manhole-cover.rattle";
  const {
    ruleId: _,
    trust: _trust,
    ...rule
  } = await done(platform.api.get<Record<string, unknown>>(url));
  await done(platform.api.replace(url, { ...rule, onDelayMs: 0 }));
}

/** A cover that begins to rattle; answers the number of the case that it becomes. */
async function rattlingCover(deviceId: string): Promise<string> {
  const key = await city.addDevice("manhole-cover", deviceId);
  const client = await connect(platform.ports.mqtt, deviceId, key);
  clients.push(client);
  for (const vibrationG of [0.2, 3.1, 3.4, 3.2]) {
    const payload = JSON.stringify({ values: { vibrationG } });
    await client.publishAsync(`v1/manhole-cover/${deviceId}/telemetry`, payload, { qos: 1 });
  }
  const asked = `/api/v1/cases?assetId=asset-of-${deviceId}`;
  const find = async (): Promise<string | undefined> =>
    (await done(platform.api.get<{ items: { caseNo: string }[] }>(asked))).items[0]?.caseNo;
  return (await until(find, `a case of '${deviceId}'`)) ?? "";
}

async function report(address: string): Promise<string> {
  const body = { lon: 115.41, lat: 31.8, address, description: "refuse on the pavement" };
  return (await done(platform.api.post<{ caseNo: string }>("/api/v1/cases", body))).caseNo;
}

const move = (caseNo: string, event: string, more: object = {}, api = platform.api) =>
  done(api.post(`/api/v1/cases/${caseNo}/transitions`, { event, ...more }));

/** Until it waits for its dispatcher. */
async function toDispatch(address: string): Promise<string> {
  const caseNo = await report(address);
  await move(caseNo, "accept");
  await move(caseNo, "file");
  return caseNo;
}

/** The crew's part, by its phone. */
async function work(caseNo: string): Promise<void> {
  const before = await sendPhoto(crew, 1, "moment=before&name=before.jpg");
  const after = await sendPhoto(crew, 2, "moment=after&name=after.jpg");
  await move(caseNo, "start", {}, crew);
  await move(caseNo, "arrive", { files: [before] }, crew);
  await move(caseNo, "feedback", { note: "screwed down", files: [after] }, crew);
}

/** Somebody's page, signed in once. */
async function pageOf(name: Name, hash = "#/cases"): Promise<Page> {
  const known = visits.get(name);
  if (known !== undefined) {
    await known.page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    return known.page;
  }
  const made = await visit(browser, url + hash, { height: 1200 });
  visits.set(name, made);
  const { page } = made;
  await signInOn(page, name, ADMIN_PASSWORD);
  await page.waitForSelector("#connection[data-state=live]");
  return page;
}

const shows = (page: Page, text: string, selector = "body"): Promise<void> =>
  page.locator(selector).filter({ hasText: text }).first().waitFor();
const caseHash = (caseNo: string): string => `#/cases/${caseNo}`;

/** Chooses an event, fills its form, sends it, and waits until the case has moved on. */
async function say(
  page: Page,
  event: string,
  texts: Record<string, string> = {},
  state = "",
): Promise<void> {
  await page.click(`[data-event=${event}]`);
  for (const [label, text] of Object.entries(texts)) await page.getByLabel(label).fill(text);
  await page.click(".case-form button[type=submit]");
  await page.waitForSelector(".case-form", { state: "detached" });
  await shows(page, state, ".case-head");
}

const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: join(pictures, `cases-${name}.png`), fullPage: true });

test("a case goes from its alarm to its close by mouse, each at his own page", async () => {
  const wang = await pageOf("wang");
  const caseNo = await rattlingCover("mc-1");
  await wang.click(`[data-case="${caseNo}"]`);
  await shows(wang, "弹跳、声响、翻盖", "h1");
  await say(wang, "accept", { 说明: "a neighbour heard it" }, "待立案");

  const chen = await pageOf("chen", "#/cases?list=file");
  await chen.click(`[data-case="${caseNo}"]`);
  await say(chen, "file", {}, "待派遣");

  const li = await pageOf("li", caseHash(caseNo));
  await li.click("[data-event=dispatch]");
  await li.getByLabel("处置单位").selectOption("works");
  await li.click(".case-form button[type=submit]");
  await shows(li, "已派遣", ".case-head");
  await shows(li, "处置单位 / 处置班组可以：接收", ".case-others");

  await work(caseNo);
  const sun = await pageOf("sun", caseHash(caseNo));
  await shows(sun, "核查中", ".case-head");
  await sun.waitForSelector(".case-evidence .curve canvas, .curve canvas");
  await sun.click("text=前后对比");
  expect(await sun.locator("dialog .case-beside img").count()).toBe(2);
  await picture(sun, "photos");
  await sun.keyboard.press("Escape");
  await say(sun, "checkPass", { 理由: "现场核实已修复" }, "待结案");

  await chen.evaluate(`location.hash = "${caseHash(caseNo)}"`);
  await say(chen, "close", {}, "已结案");
  await shows(chen, "受理员可以：恢复办理", ".case-actions");
  expect(await chen.locator(".case-stages [data-progress=done]").count()).toBe(7);
  await shows(chen, "a neighbour heard it", ".case-history");
  expect(await violationsOf(chen)).toEqual([]);
  await picture(chen, "closed-zh");
}, 90_000);

/** Tab by tab to what is sought, as somebody without a mouse. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let n = 0; n < 80; n += 1) {
    if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no Tab leads to ${selector}`);
}

/** The event by Tab and Enter, its text typed, sent from where the typing ends. */
async function sayByKeys(page: Page, event: string, state: string, text = ""): Promise<void> {
  await page.waitForSelector(`[data-event=${event}]`);
  await page.evaluate("document.activeElement?.blur()");
  await tabTo(page, `[data-event=${event}]`);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".case-form");
  if (text !== "") await page.keyboard.type(text);
  await tabTo(page, ".case-form button[type=submit]");
  await page.keyboard.press("Enter");
  await shows(page, state, ".case-head");
}

test("another goes the same way by the keys alone", async () => {
  const caseNo = await rattlingCover("mc-2");
  const wang = await pageOf("wang", "#/cases?list=accept");
  await wang.waitForSelector(`[data-case="${caseNo}"]`);
  await wang.keyboard.press("j");
  await wang.keyboard.press("?");
  await shows(wang, "下一件", "dialog");
  expect(await violationsOf(wang)).toEqual([]);
  await wang.keyboard.press("Escape");
  // The focus is back where it was.
  await wang.waitForSelector("dialog", { state: "detached" });
  expect(await wang.evaluate("document.activeElement.dataset.case")).toBe(caseNo);
  await wang.keyboard.press("Enter");
  await shows(wang, caseNo, ".case-head");
  await sayByKeys(wang, "accept", "待立案");
  await sayByKeys(await pageOf("chen", caseHash(caseNo)), "file", "待派遣");
  await sayByKeys(await pageOf("li", caseHash(caseNo)), "dispatch", "已派遣");
  await work(caseNo);
  await sayByKeys(await pageOf("sun", caseHash(caseNo)), "checkPass", "待结案", "seen myself");
  await sayByKeys(await pageOf("chen", caseHash(caseNo)), "close", "已结案");
}, 90_000);

test("many are dispatched at once: each says what became of it, and nothing is done twice", async () => {
  const caseNos = [await toDispatch("North Road 1"), await toDispatch("North Road 2")];
  const taken = await toDispatch("North Road 3");
  const li = await pageOf("li", "#/cases?list=dispatch&place=north");
  await shows(li, "待派遣：3 件", "h1");
  expect(await violationsOf(li)).toEqual([]);
  await picture(li, "list-zh");
  await li.keyboard.press("j");
  for (const _ of [...caseNos, taken]) {
    await li.keyboard.press("x");
    await li.keyboard.press("j");
  }
  await shows(li, "已选 3 件", ".cases-bulk");
  await li.click(".cases-bulk button.main");
  // A colleague is quicker with one of them.
  await move(taken, "dispatch", { unitId: "works" });
  await li.getByLabel("处置单位").last().selectOption("works");
  await li.click("dialog button[type=submit]");
  await shows(li, "2 件完成，1 件被拒绝", "dialog");
  await shows(li, "他人先办了，现在是“已派遣”", "dialog");
  expect(await violationsOf(li)).toEqual([]);
  await picture(li, "bulk");
  await li.keyboard.press("Escape");
  await shows(li, "待派遣：0 件", "h1");
  for (const caseNo of [...caseNos, taken]) {
    const { history } = await done(
      platform.api.get<{ history: { event: string }[] }>(`/api/v1/cases/${caseNo}`),
    );
    expect(history.filter(({ event }) => event === "dispatch")).toHaveLength(1);
  }
}, 60_000);

test("a filter is saved by its name, and stands in the address when it is chosen again", async () => {
  const li = await pageOf("li", "#/cases?list=open&place=north&source=citizen");
  await shows(li, "全部在办：3 件", "h1");
  await li.getByLabel("筛选名称").fill("north, by citizens");
  await li.click("text=保存筛选");
  await li.reload();
  await li.evaluate(`location.hash = "#/cases?list=open"`);
  await li.getByLabel("已存筛选").selectOption("north, by citizens");
  await shows(li, "全部在办：3 件", "h1");
  expect(await li.evaluate("location.hash")).toBe("#/cases?list=open&place=north&source=citizen");
  await li.fill("input[type=search]", "nowhere");
  await shows(li, "没有符合筛选的案卷", ".quiet");
}, 60_000);

test("an inspector settles a case on the spot, with photos that he chooses in the page", async () => {
  const caseNo = await report("Park Road 1");
  const sun = await pageOf("sun", caseHash(caseNo));
  await sun.click("[data-event=settle]");
  expect(await sun.isDisabled(".case-form button[type=submit]")).toBe(true);
  await sun.getByLabel("说明").fill("swept away");
  for (const [label, seed] of [
    ["处置前照片", 11],
    ["处置后照片", 12],
  ] as const) {
    const buffer = Buffer.from(await jpeg(seed));
    const file = { name: `${seed}.jpg`, mimeType: "image/jpeg", buffer };
    await sun.getByLabel(label).setInputFiles(file);
    await shows(sun, `${seed}.jpg`, ".case-form");
  }
  await sun.click(".case-form button[type=submit]");
  await shows(sun, "已结案", ".case-head");
  expect(await sun.locator(".case-photos img").count()).toBe(2);
  await pageOf("sun", "#/cases?list=closed");
  await sun.waitForSelector(`[data-case="${caseNo}"]`);
  expect(await violationsOf(sun)).toEqual([]);
  await picture(sun, "closed-list-zh");
}, 60_000);

test("of the closed cases each page comes under those before", async () => {
  const PAGE = 100;
  const sun = await pageOf("sun", "#/cases?list=open");
  const known = await done(
    platform.api.get<{ items: object[] }>("/api/v1/cases?status=closed&limit=1"),
  );
  const closed = /api\/v1\/cases\?status=closed/;
  await sun.route(closed, async (route) => {
    const from = Number(new URL(route.request().url()).searchParams.get("cursor") ?? 0);
    const page = Array.from({ length: PAGE }, (_, n) => {
      const caseNo = `41152420261127${String(from + n).padStart(5, "0")}`;
      return { ...known.items[0], caseNo };
    });
    const next = from === 0 ? { next: String(PAGE) } : {};
    await route.fulfill({ json: { items: page, ...next } });
  });
  await pageOf("sun", "#/cases?list=closed");
  await shows(sun, "已办结：100+ 件", "h1");
  const rows = sun.locator(".cases-table tbody tr");
  expect(await rows.count()).toBe(PAGE);
  await sun.getByRole("button", { name: "再显示 100 件" }).dblclick();
  await shows(sun, "已办结：200 件", "h1");
  expect(await rows.count()).toBe(2 * PAGE);
  expect(await sun.getByRole("button", { name: "再显示" }).count()).toBe(0);
  await sun.unroute(closed);
}, 60_000);

test("a supervision order is issued once, however fast the hand is", async () => {
  const caseNo = await toDispatch("Hill Road 1");
  const chen = await pageOf("chen", caseHash(caseNo));
  await chen.click("summary:has-text('下达督办单')");
  for (const label of ["标题", "要求", "下达领导", "责任领导", "责任人"]) {
    await chen.getByLabel(label, { exact: true }).fill("by the end of the week");
  }
  await chen.getByLabel("责任单位").selectOption("works");
  await chen.getByRole("button", { name: "下达督办单" }).dblclick();
  await shows(chen, "已下达", ".case-list");
  const orders = `/api/v1/supervisions?caseNo=${caseNo}`;
  expect((await done(platform.api.get<{ items: object[] }>(orders))).items).toHaveLength(1);
}, 60_000);

/** Somebody of each unit, who answers for it. */
async function unitDesks(): Promise<void> {
  const power = { unitId: "power", name: "供电公司", kind: "enterprise" };
  await done(platform.api.post("/api/v1/units", power));
  for (const [username, unitId] of [
    ["gong", "works"],
    ["dian", "power"],
  ]) {
    const person = { username, unitId, roles: ["unit"], password: ADMIN_PASSWORD };
    await done(platform.api.post("/api/v1/users", person));
  }
}

test("another unit is asked to assist, declines and is asked again, begins and is done", async () => {
  await unitDesks();
  const caseNo = await toDispatch("Lake Road 1");
  await move(caseNo, "dispatch", { unitId: "works" });
  const li = await pageOf("li", caseHash(caseNo));
  await li.reload(); // A page learns its units once, and "power" is new.
  await shows(li, caseNo, ".case-head");
  const assists = "section:has(> h2:text-is('协办'))";
  const ask = async (task: string): Promise<void> => {
    const form = li.locator(`${assists} form`);
    if (!(await form.isVisible())) await li.click(`${assists} summary:has-text('请求协办')`);
    await form.getByLabel("处置单位").selectOption("power");
    await form.getByLabel("任务").fill(task);
    await form.getByLabel("时限（紧急工作时）").fill("2");
    await li.keyboard.press("Enter");
    await shows(li, task, `${assists} li`);
  };
  await ask("断开 3 号箱电源");
  const dian = await pageOf("dian", caseHash(caseNo));
  const open = (task: string) => dian.locator(`${assists} li`, { hasText: task });
  const answer = async (task: string, word: string, text: string): Promise<void> => {
    if (!(await open(task).locator("input").isVisible())) {
      await open(task).locator("summary").click();
    }
    await open(task).locator("input").fill(text);
    await open(task).getByRole("button", { name: word, exact: true }).click();
  };
  // Why not is wanted.
  await answer("断开 3 号箱电源", "谢绝", "");
  await open("断开 3 号箱电源").locator(".fault").waitFor();
  await answer("断开 3 号箱电源", "谢绝", "不是我们的线路");
  await shows(li, "不是我们的线路", `${assists} li`);
  await ask("切断路灯电源");
  await open("切断路灯电源").waitFor();
  await answer("切断路灯电源", "开始", "已出发");
  await shows(dian, "进行中", `${assists} li`);
  expect(await violationsOf(dian)).toEqual([]);
  await picture(dian, "assists");
  await answer("切断路灯电源", "完成", "已断电");
  await shows(li, "已断电", `${assists} li`);
  const { assists: kept } = await done(
    platform.api.get<{ assists: { state: string }[] }>(`/api/v1/cases/${caseNo}`),
  );
  expect(kept.map(({ state }) => state).sort()).toEqual(["DECLINED", "DONE"]);
  expect(await li.locator(`${assists} summary:has-text('更多')`).count()).toBe(0);
}, 90_000);

test("an order is acknowledged and answered by its unit, sent back, answered again and closed", async () => {
  const caseNo = await toDispatch("Mill Road 1");
  const chen = await pageOf("chen", caseHash(caseNo));
  await chen.click("summary:has-text('下达督办单')");
  for (const [label, text] of [
    ["标题", "路口井盖"],
    ["要求", "三日内修复并书面答复"],
    ["下达领导", "王建国"],
    ["责任领导", "李卫东"],
    ["责任人", "张小明"],
  ] as const) {
    await chen.getByLabel(label, { exact: true }).fill(text);
  }
  await chen.getByLabel("责任单位").selectOption("works");
  await chen.getByRole("button", { name: "下达督办单" }).click();
  await shows(chen, "已下达", ".case-list");

  const order = "li:has(strong:text-is('路口井盖'))";
  const gong = await pageOf("gong", caseHash(caseNo));
  const act = async (page: Page, word: string, text = ""): Promise<void> => {
    const field = page.locator(`${order} [name=order-text]`);
    await page.locator(order).waitFor();
    if (!(await field.isVisible())) await page.click(`${order} summary`);
    await field.fill(text);
    await page.locator(order).getByRole("button", { name: word, exact: true }).click();
  };
  await act(gong, "签收");
  await shows(gong, "已签收", order);
  await act(gong, "答复");
  await shows(gong, "都要写明内容", `${order} .fault`);
  await act(gong, "答复", "井盖已更换");
  await shows(gong, "已答复", order);
  // It is not theirs to close.
  expect(await gong.locator(`${order} summary`).count()).toBe(0);

  await chen.reload();
  await act(chen, "退回重办", "请附照片说明");
  await shows(chen, "退回重办", `${order} > .tag`);
  await gong.reload();
  await act(gong, "答复", "现场已拍照并上传");
  await shows(gong, "已答复", order);
  await chen.reload();
  await chen.click(`${order} summary`);
  // What was answered is read before it is closed.
  await shows(chen, "现场已拍照并上传", order);
  expect(await violationsOf(chen)).toEqual([]);
  await picture(chen, "order");
  await act(chen, "认可办结");
  await shows(chen, "已认可", order);
  expect(await chen.locator(`${order} summary`).count()).toBe(0);
  const asked = `/api/v1/supervisions?caseNo=${caseNo}`;
  const { items } = await done(
    platform.api.get<{ items: { state: string; sentBackCount: number }[] }>(asked),
  );
  expect(items).toMatchObject([{ state: "ACCEPTED", sentBackCount: 1 }]);
}, 90_000);

test("of two dispatchers at one case the slower sees what the other did, and keeps what he typed", async () => {
  const caseNo = await toDispatch("South Road 1");
  const li = await pageOf("li", caseHash(caseNo));
  await li.click("[data-event=dispatch]");
  await li.getByLabel("说明").fill("the school is near");
  const zhao = await pageOf("zhao", caseHash(caseNo));
  await say(zhao, "dispatch", { 说明: "by me" }, "已派遣");
  await shows(li, "by me", ".case-meanwhile");
  await shows(li, "不再接受“派遣”", ".case-form");
  expect(await li.getByLabel("说明").inputValue()).toBe("the school is near");
  expect(await li.isDisabled(".case-form button[type=submit]")).toBe(true);
  expect(await violationsOf(li)).toEqual([]);
  await picture(li, "overtaken");
}, 60_000);

test("a dispatcher who is refused reads why, in the language of the page", async () => {
  const caseNo = await toDispatch("South Road 3");
  await move(caseNo, "dispatch", { unitId: "works" });
  const li = await pageOf("li", caseHash(caseNo));
  await li.click("[data-event=redispatch]");
  await li.click(".case-form button[type=submit]");
  await shows(li, "现在没有别的班组可派，请指定一个班组。", ".case-form .fault");
  expect(await li.textContent(".case-form")).not.toContain("has no other crew");
  expect(await violationsOf(li)).toEqual([]);
  await picture(li, "refused");
  await li.click(".case-form button:has-text('取消')");
}, 60_000);

test("a version that is no longer the case's is told, and the same text is sent all the same", async () => {
  const caseNo = await report("South Road 2");
  const chen = await pageOf("chen", caseHash(caseNo));
  await chen.click("[data-event=supervise]");
  await chen.getByLabel("说明").fill("before the fair begins");
  // What the stream tells cannot be asked for, until the page is refused.
  const address = `**/api/v1/cases/${caseNo}`;
  let isRefused = false;
  chen.on("response", (response) => {
    isRefused ||= response.status() === 409;
  });
  await chen.route(address, (route) => (isRefused ? route.continue() : route.abort()));
  await move(caseNo, "urge", { note: "people wait" });
  await shows(chen, "平台没有应答", ".fault");
  await chen.click(".case-form button[type=submit]");
  await shows(chen, "people wait", ".case-meanwhile");
  expect(await chen.getByLabel("说明").inputValue()).toBe("before the fair begins");
  await chen.unroute(address);
  await chen.click("text=仍然督办");
  await shows(chen, "before the fair begins", ".case-history");
}, 60_000);

test("a form that was left is open again with what was typed, and what was done meanwhile above it", async () => {
  const caseNo = await toDispatch("East Road 3");
  const li = await pageOf("li", caseHash(caseNo));
  await li.click("[data-event=dispatch]");
  await li.getByLabel("说明").fill("by the south gate");
  await pageOf("li", "#/cases?list=open");
  await shows(li, "全部在办：", "h1");
  await move(caseNo, "urge", { note: "people wait" });
  await pageOf("li", caseHash(caseNo));
  await shows(li, "people wait", ".case-meanwhile");
  expect(await li.getByLabel("说明").inputValue()).toBe("by the south gate");
  expect(await li.evaluate("document.activeElement.tagName")).toBe("H1");
  await picture(li, "form-back");
  // Escape lets it wait, Cancel throws it away.
  await li.getByLabel("说明").press("Escape");
  await li.reload();
  await li.click("[data-event=dispatch]");
  expect(await li.getByLabel("说明").inputValue()).toBe("by the south gate");
  await li.click(".case-form button:has-text('取消')");
  await li.reload();
  await li.click("[data-event=dispatch]");
  expect(await li.getByLabel("说明").inputValue()).toBe("");
}, 60_000);

test("the other language says every text, and what was typed stays", async () => {
  const caseNo = await toDispatch("East Road 1");
  const li = await pageOf("li", caseHash(caseNo));
  await li.click("[data-event=consult]");
  await li.getByLabel("理由").fill("whose pavement is it");
  await li.click("#language");
  await shows(li, "What may be done now", "h2");
  expect(await li.getByLabel("Reason").inputValue()).toBe("whose pavement is it");
  /** What is Chinese in either language: the names of two units, and the way to the other language. */
  const text = async (): Promise<string> => {
    const all = await li.evaluate<string>("document.body.innerText");
    return all.replaceAll(/应急处置中心 \/ emergency centre|供电公司|中文/g, "");
  };
  expect(await text()).not.toMatch(/[\u4e00-\u9fff]/);
  expect(await violationsOf(li)).toEqual([]);
  await picture(li, "form-en");
  await li.evaluate(`location.hash = "#/cases?list=open"`);
  await shows(li, "All open:", "h1");
  expect(await text()).not.toMatch(/[\u4e00-\u9fff]/);
  await picture(li, "list-en");
  await li.setViewportSize({ width: 390, height: 844 });
  expect(await violationsOf(li)).toEqual([]);
  expect(await li.evaluate("document.body.scrollWidth")).toBe(390);
  await picture(li, "narrow-en");
  await li.setViewportSize({ width: 1280, height: 1200 });
  await li.click("#language");
}, 60_000);

test("a session that ends in the middle of a form asks to sign in, and the form goes through", async () => {
  const caseNo = await toDispatch("East Road 2");
  const li = await pageOf("li", caseHash(caseNo));
  await li.click("[data-event=dispatch]");
  await li.getByLabel("说明").fill("typed before the end");
  const headers = { "x-gridwarden-page": "1" };
  const ended = await li.evaluate(
    `fetch("/api/v1/session", { method: "DELETE", headers: ${JSON.stringify(headers)} }).then((r) => r.status)`,
  );
  expect(ended).toBe(204);
  await li.click(".case-form button[type=submit]");
  await shows(li, "已填写的内容都还在", "dialog");
  expect(await violationsOf(li)).toEqual([]);
  await picture(li, "session-ended");
  await li.fill("dialog input[name=password]", ADMIN_PASSWORD);
  await li.keyboard.press("Enter");
  await shows(li, "已派遣", ".case-head");
  await shows(li, "typed before the end", ".case-history");
}, 60_000);

test("while somebody looks the platform starts anew, and the page goes on by itself", async () => {
  const caseNo = await toDispatch("West Road 1");
  const li = await pageOf("li", caseHash(caseNo));
  await shows(li, "待派遣", ".case-head");
  platform.child.kill("SIGTERM");
  await platform.ended;
  await li.waitForSelector("#connection[data-state=lost]");
  platform = await startProcess(directory, platform.ports);
  await move(caseNo, "dispatch", { unitId: "works", note: "after the start" });
  await shows(li, "after the start", ".case-history");
  await li.waitForSelector("#connection[data-state=live]");
}, 90_000);

test("nothing came from elsewhere, and no page had a fault of its own", () => {
  // A refusal and an absence are told to the console by the browser itself.
  const own = [...visits.values()].flatMap(({ faults }) =>
    faults.filter((fault) => !/Failed to load resource|ERR_/.test(fault)),
  );
  expect(own).toEqual([]);
  expect([...visits.values()].flatMap(({ foreign }) => foreign)).toEqual([]);
});
