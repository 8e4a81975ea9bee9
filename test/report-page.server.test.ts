/**
 * The citizens' page in a real Chromium with a phone's profile, at the built platform: a plate's code is
 * scanned, a report goes out over a bad network once, is followed by its number, and is taken up again when it
 * was not solved. Nobody signs in. The tests tell one story: each builds on those before it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Browser, type BrowserContext, devices, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EXIF_AT_COVER, jpeg } from "../files/doubles/pictures.ts";
import { violationsOf } from "./support/axe.ts";
import { launchBrowser } from "./support/browser.ts";
import type { Api } from "./support/platform.ts";
import { type PlatformProcess, startProcess } from "./support/process.ts";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-report-"));
const kept = process.env.GRIDWARDEN_TEST_PICTURES;
const pictures = kept ?? mkdtempSync(join(tmpdir(), "gridwarden-pictures-"));
const PLATE = "4115240102000001";
const HERE = { longitude: 115.412, latitude: 31.801 };
const WAIT_MS_MAX = 15_000;
const PAGE_BYTES_MAX = 60_000;
const HAN = /[\u4e00-\u9fff]/;

let platform: PlatformProcess;
let api: Api;
let browser: Browser;
let url: string;
let mine: Phone;
let publicNo = "";

interface Phone {
  page: Page;
  context: BrowserContext;
  faults: string[];
  asked: string[];
}
interface CaseShown {
  caseNo: string;
  state: string;
  description?: string;
  files: { exif?: object }[];
  history: { event: string; actor: string; reason?: string }[];
}

beforeAll(async () => {
  platform = await startProcess(directory);
  ({ api } = platform);
  await made("/api/v1/units", { unitId: "drains", name: "排水所", kind: "department" });
  await made("/api/v1/units", { unitId: "411524001", name: "城关街道", kind: "street" });
  const place = { lon: 115.41, lat: 31.8, gridCell: "41152400100101" };
  const cover = { assetId: "cover-1", class: "manhole-cover", componentCode: PLATE };
  await made("/api/v1/assets", { ...cover, name: "井盖", ...place, maintenanceUnitId: "drains" });
  const toilet = { public: true, layer: "toilets", hours: "24/7", equipment: "无障碍" };
  const shut = { ...toilet, hours: "Mo-Su 00:00-00:01; Mo-Su off" };
  await made("/api/v1/assets", { ...place, ...coded(2), name: "东门公厕", attributes: toilet });
  await made("/api/v1/assets", { ...coded(3), ...HERE_AS, name: "广场公厕", attributes: shut });
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

const HERE_AS = { lon: HERE.longitude, lat: HERE.latitude };
const coded = (n: number) => ({ assetId: `wc-${n}`, componentCode: `411524019900000${n}` });
async function made(path: string, body: unknown): Promise<void> {
  const answer = await api.post(path, body);
  expect([path, answer.status, answer.body]).toMatchObject([path, 201, {}]);
}

/** As a browser does that keeps nothing of pages. */
const KEEPS_NOTHING = `{
  const refuse = () => { throw new DOMException("refused", "SecurityError"); };
  IDBFactory.prototype.open = refuse;
  Object.defineProperty(globalThis, "localStorage", { get: refuse });
}`;

/** `script`: run before the page's own. */
async function openPhone(hash: string, look: object = {}, script = ""): Promise<Phone> {
  const context = await browser.newContext({
    ...devices["Pixel 7"],
    locale: "zh-CN",
    timezoneId: "America/New_York",
    geolocation: HERE,
    permissions: ["geolocation"],
    ...look,
  });
  context.setDefaultTimeout(WAIT_MS_MAX);
  await context.addInitScript(script);
  const page = await context.newPage();
  const phone: Phone = { page, context, faults: [], asked: [] };
  page.on("pageerror", (error) => phone.faults.push(error.message));
  page.on("console", (message) => {
    // Without network, and of a refusal, the browser says so itself.
    const isSaid = /ERR_INTERNET_DISCONNECTED|status of (404|422)/.test(message.text());
    if (message.type() === "error" && !isSaid) phone.faults.push(message.text());
  });
  page.on("request", (request) => phone.asked.push(request.url()));
  await page.goto(`${url}/report/${hash}`);
  await page.waitForSelector(".report-tabs");
  return phone;
}

const shown = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).first().waitFor();
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: join(pictures, `report-${name}.png`), fullPage: true });
const textOf = (page: Page): Promise<string> => page.evaluate("document.body.innerText");
const isWide = (page: Page): Promise<boolean> =>
  page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
async function cases(): Promise<CaseShown[]> {
  const { body } = await api.get<{ items: { caseNo: string }[] }>("/api/v1/cases?limit=100");
  const all = body.items.map(({ caseNo }) => api.get<CaseShown>(`/api/v1/cases/${caseNo}`));
  return (await Promise.all(all)).map((each) => each.body);
}
async function takePhoto(page: Page): Promise<void> {
  const buffer = await jpeg(1, { width: 2_000, height: 1_500, exif: EXIF_AT_COVER });
  await page.setInputFiles("input[name=photo]", { name: "a.jpg", mimeType: "image/jpeg", buffer });
  await page.waitForSelector(".report-photos img");
}

test("a scanned plate is the place, and nothing that was written is lost by a reload", async () => {
  mine = await openPhone(`#code=${PLATE}`);
  const { page } = mine;
  await shown(page, /设施：.*井盖.* · 城关街道/);
  await shown(page, "已选：污水井盖");
  await page.click('button:has-text("更换")');
  await page.click('.report-kinds button:has-text("公用设施")');
  await picture(page, "kinds");
  await page.click('[data-category="c-0103"]');
  await page.fill("[name=description]", "盖子没了");
  await takePhoto(page);
  await page.fill("[name=phone]", "13800138000");
  await picture(page, "form");
  expect(await violationsOf(page)).toEqual([]);
  await page.click("#language");
  await shown(page, "1 What is wrong?");
  expect(await page.inputValue("[name=description]")).toBe("盖子没了");
  await page.click("#language");
  await page.reload();
  await page.waitForSelector(".report-photos img");
  expect(await page.inputValue("[name=description]")).toBe("盖子没了");
  expect(await page.inputValue("[name=code]")).toBe(PLATE);
  await shown(page, "已选：雨水井盖");
});

test("on a bad network the report waits and goes out once, and its number is shown", async () => {
  const { page, context } = mine;
  await context.setOffline(true);
  await page.click(".report-send");
  await shown(page, /网络不好，已保存在本机/);
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "waiting");
  await context.setOffline(false);
  await page.waitForSelector("#public-no");
  publicNo = (await page.textContent("#public-no")) ?? "";
  expect(publicNo).toMatch(/^[0-9A-Z]{11}$/);
  await picture(page, "number");
  expect(await violationsOf(page)).toEqual([]);
  const [only, ...others] = await cases();
  expect(others).toEqual([]);
  expect(only).toMatchObject({ state: "REPORTED", description: "盖子没了", files: [{}] });
  expect(only?.files[0]?.exif).toBeUndefined();
  // The page never says a telephone number again, nor does a reload report anew.
  await page.reload();
  await page.waitForSelector("#public-no");
  expect(await textOf(page)).not.toContain("13800138000");
  expect(await cases()).toHaveLength(1);
  // Scanned once more, the plate is of another report.
  const again = await context.newPage();
  await again.goto(`${url}/report/#code=${PLATE}`);
  await shown(again, "不是这个设施");
  expect(await again.inputValue("[name=description]")).toBe("");
  await again.close();
});

test("its stage is a line; not solved, it is taken up again", async () => {
  const { page } = mine;
  await page.click('a:has-text("查看进度")');
  await shown(page, "等待派人处置");
  expect(await page.locator(".report-line li[data-mark=done]").count()).toBe(1);
  expect(await violationsOf(page)).toEqual([]);
  const [{ caseNo } = { caseNo: "" }] = await cases();
  for (const event of ["confirm", "start", "feedback", "checkPass", "close"]) {
    const said = { event, note: "done", reason: "because" };
    const { status, body } = await api.post(`/api/v1/cases/${caseNo}/transitions`, said);
    expect([event, status, body]).toMatchObject([event, 200, {}]);
  }
  await page.click('button:has-text("刷新")');
  await shown(page, "问题解决了吗？");
  expect(await page.locator(".report-line li[data-mark=done]").count()).toBe(4);
  await page.click('button:has-text("提交评价")');
  await shown(page, "请选择是否解决和满意程度。");
  await page.check("[name=solved][value=no]");
  await page.check("[name=satisfied][value='1']");
  await page.fill(".report-answer [name=note]", "还是没有盖子");
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "solved");
  await page.click('button:has-text("提交评价")');
  await shown(page, "会派人再去看");
  await shown(page, "正在核查");
  await picture(page, "reopened");
  const [again] = await cases();
  expect(again?.state).toBe("CHECKING");
  expect(again?.history).toContainEqual(
    expect.objectContaining({
      event: "reopen",
      actor: "the reporter",
      reason: expect.stringContaining("还是没有盖子"),
    }),
  );
  // Whoever has the number alone is asked nothing.
  const other = await openPhone(`#no=${publicNo}`);
  await shown(other.page, "正在核查");
  expect(await other.page.locator(".report-answer").count()).toBe(0);
  await other.context.close();
});

test("this phone knows its reports, nobody signed in, and the page is small", async () => {
  const { page, context, faults, asked } = mine;
  await page.click('.report-tabs a:has-text("查询进度")');
  await page.click(`.report-mine a:has-text("${publicNo}")`);
  await shown(page, "正在核查");
  expect(await context.cookies()).toEqual([]);
  expect(asked.filter((each) => new URL(each).pathname.includes("session"))).toEqual([]);
  expect(asked.filter((each) => !each.startsWith(url) && each.startsWith("http"))).toEqual([]);
  expect(faults).toEqual([]);
  const parts = [...new Set(asked)].filter((each) => /\/assets\/.*\.(js|css)$/.test(each));
  const sizes = await Promise.all(
    parts.map(async (each) => gzipSync(await (await fetch(each)).text()).length),
  );
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  expect(whole).toBeGreaterThan(5_000);
  expect(whole).toBeLessThan(PAGE_BYTES_MAX);
  await context.close();
});

test("a report whose answer is lost, taken back and sent again, is one, also where a browser keeps nothing", async () => {
  const before = (await cases()).length;
  const { page, context } = await openPhone("", {}, KEEPS_NOTHING);
  let calls = 0;
  await page.route("**/api/v1/public/reports", async (route) => {
    calls += 1;
    if (calls > 1) return await route.continue();
    await route.fetch();
    await route.abort("connectionreset");
  });
  await page.fill("[name=description]", "路灯不亮");
  await takePhoto(page);
  await page.click("#locate");
  await shown(page, /已定位/);
  await page.click(".report-send");
  await page.click('button:has-text("先不提交，继续修改")');
  await page.click(".report-send");
  await page.waitForSelector("#public-no");
  expect(calls).toBe(2);
  expect(await cases()).toHaveLength(before + 1);
  await context.close();
});

test("the page without a script, for messages, can be read and used by everybody, in both languages", async () => {
  const known = await openPhone("");
  const { page, context } = known;
  for (const [lang, title] of [
    ["zh", "上报进度查询"],
    ["en", "Progress of a report"],
  ] as const) {
    await page.goto(`${url}/public/reports/${publicNo}?lang=${lang}`);
    await shown(page, title);
    expect(await violationsOf(page)).toEqual([]);
    await picture(page, `plain-${lang}`);
  }
  await context.close();
});

test("in English, on a narrow screen, a place that is not the city's is refused in words", async () => {
  const sea = { longitude: 120, latitude: 20 };
  const small = { locale: "en-GB", geolocation: sea, viewport: { width: 320, height: 640 } };
  const { page, context, faults } = await openPhone("", small);
  await page.click(".report-send");
  await shown(page, "Choose a category, or describe it.");
  await shown(page, "Use your position, the code on a plate, or an address.");
  expect(await violationsOf(page)).toEqual([]);
  await page.fill("[name=find]", "cover");
  await page.click('[data-category="c-0102"]');
  await page.fill("[name=description]", "a hole");
  await page.click("#locate");
  await shown(page, "Found, to about");
  await page.click(".report-send");
  await shown(page, "The place is not in this city.");
  expect(await page.inputValue("[name=description]")).toBe("a hole");
  expect((await textOf(page)).replace("中文", "")).not.toMatch(HAN);
  expect(await isWide(page)).toBe(false);
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "english");
  await page.goto(`${url}/report/#no=${publicNo}`);
  await shown(page, "Being checked");
  expect(await isWide(page)).toBe(false);
  await picture(page, "english-line");
  await page.fill("[name=no]", "00000000000");
  await page.click('button:has-text("Show")');
  await shown(page, "There is no such number");
  expect(faults).toEqual([]);
  await context.close();
});

test("what the city shows is a list, the nearest first, with what is open now, and a sketch", async () => {
  const { page, context, faults } = await openPhone("#places=");
  await page.click('a:has-text("公厕（2）")');
  await shown(page, "东门公厕");
  await page.click("#near");
  await page.waitForSelector(".report-far");
  const rows = await page.locator(".report-places li").allTextContents();
  expect(rows[0]).toMatch(/^广场公厕< 10 m现在关闭/);
  expect(rows[1]).toMatch(/^东门公厕\d+ m现在开放开放时间：全天设施：无障碍$/);
  expect(await page.locator(".report-sketch circle").count()).toBe(3);
  expect(await violationsOf(page)).toEqual([]);
  expect(await isWide(page)).toBe(false);
  await picture(page, "places");
  expect(faults).toEqual([]);
  await context.close();
});
