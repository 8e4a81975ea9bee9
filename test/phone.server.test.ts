/**
 * The phone's page in a real Chromium with a phone's profile, at the built platform: a crew's evening
 * from the code that its lead hands out to the photos of the repair, without network in the middle, and
 * an inspector's round. The tests tell one day from its begin: each builds on those before it.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { MqttClient } from "mqtt";
import { type Browser, type BrowserContext, devices, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EXIF_AT_COVER, jpeg } from "../files/doubles/pictures.ts";
import { violationsOf } from "./support/axe.ts";
import { launchBrowser } from "./support/browser.ts";
import { type City, connect, foundCity } from "./support/city.ts";
import { ADMIN_PASSWORD, type Api, until } from "./support/platform.ts";
import { type PlatformProcess, startProcess } from "./support/process.ts";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-phone-"));
const kept = process.env.GRIDWARDEN_TEST_PICTURES;
const pictures = kept ?? mkdtempSync(join(tmpdir(), "gridwarden-pictures-"));
const PLACE = { longitude: 115.412, latitude: 31.801 };
const CHANNELS = {
  channels: [
    { kind: "webhook", channelId: "hook", url: "http://127.0.0.1:9/", secret: "s".repeat(16) },
  ],
};
const WAIT_MS_MAX = 15_000;
const SCRIPT_BYTES_MAX = 150_000;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

let platform: PlatformProcess;
let api: Api;
let city: City;
let browser: Browser;
let url: string;
let lid: MqttClient;

interface Phone {
  page: Page;
  context: BrowserContext;
  faults: string[];
  foreign: string[];
}
interface Detail {
  state: string;
  crewId?: string;
  history: { event: string; note?: string; actor: string; files?: unknown[] }[];
  files: { moment: string; width?: number; height?: number; exif?: object }[];
}
let crew: Phone;

beforeAll(async () => {
  writeFileSync(join(directory, "channels.json"), JSON.stringify(CHANNELS));
  platform = await startProcess(directory);
  ({ api } = platform);
  city = await foundCity(api);
  const contacts = { points: [{ channelId: "hook", to: "0376-1234567" }] };
  await api.replace("/api/v1/units/works/contacts", contacts);
  const key = await city.addDevice("manhole-cover", "mc-1", { name: "北大街 17 号井" });
  await city.addDevice("gas-line", "gl-1", { lat: 31.8004, name: "北大街燃气阀" });
  lid = await connect(platform.ports.mqtt, "mc-1", key);
  await publish({ tiltDeg: 1, isOpen: false, ch4LelPercent: 3, o2Percent: 20.8 });
  browser = await launchBrowser();
  url = `http://127.0.0.1:${platform.ports.http}`;
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await lid?.endAsync(true);
  platform?.child.kill("SIGTERM");
  await platform?.ended;
  rmSync(directory, { recursive: true, force: true });
  if (kept === undefined) rmSync(pictures, { recursive: true, force: true });
});

const publish = (values: object): Promise<unknown> =>
  lid.publishAsync("v1/manhole-cover/mc-1/telemetry", JSON.stringify({ values }), { qos: 1 });

/** Keeps how the phone was shaken and whether the browser took it; a headless one has nothing to shake. */
const SHAKING = `
  window.shaken = [];
  const vibrate = Navigator.prototype.vibrate;
  Navigator.prototype.vibrate = function (pattern) {
    const isTaken = vibrate.call(this, pattern);
    window.shaken.push({ pattern, isTaken });
    return isTaken;
  };`;

async function openPhone(path: string, look: { colorScheme?: "dark"; locale?: string } = {}) {
  const context = await browser.newContext({
    ...devices["Pixel 7"],
    locale: look.locale ?? "zh-CN",
    timezoneId: "Asia/Shanghai",
    geolocation: PLACE,
    permissions: ["geolocation", "notifications"],
    ...(look.colorScheme !== undefined && { colorScheme: look.colorScheme }),
  });
  context.setDefaultTimeout(WAIT_MS_MAX);
  const page = await context.newPage();
  await page.addInitScript(SHAKING);
  const phone: Phone = { page, context, faults: [], foreign: [] };
  page.on("pageerror", (error) => phone.faults.push(error.message));
  page.on("console", (message) => {
    // Without network, and of a refusal, the browser says so itself.
    const isNetwork = /ERR_INTERNET_DISCONNECTED|status of (401|403|409)/.test(message.text());
    if (message.type() === "error" && !isNetwork) phone.faults.push(message.text());
  });
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== url && request.url().startsWith("http")) {
      phone.foreign.push(request.url());
    }
  });
  await page.goto(url + path);
  return phone;
}

async function signInOnPhone({ page }: Phone, username: string, password: string): Promise<void> {
  await page.click("summary");
  await page.fill("input[name=username]", username);
  await page.fill("input[name=password]", password);
  await page.click("#sign-in button[type=submit]");
  await page.waitForSelector(".phone-tabs");
}

const shown = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).first().waitFor();
/** As high as all that is on the page. */
async function picture(page: Page, name: string): Promise<void> {
  const was = page.viewportSize() ?? { width: 412, height: 839 };
  const more = await page.evaluate<number>(
    `(() => { const main = document.querySelector("#content");
      return main === null ? 0 : main.scrollHeight - main.clientHeight; })()`,
  );
  await page.setViewportSize({ width: was.width, height: was.height + more });
  await page.screenshot({ path: join(pictures, `phone-${name}.png`) });
  await page.setViewportSize(was);
}

async function adminToken(server: string): Promise<string> {
  const login = await fetch(`${server}/api/v1/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "admin", password: ADMIN_PASSWORD }),
  });
  return ((await login.json()) as { token: string }).token;
}

async function detailOf(caseNo: string): Promise<Detail> {
  return (await api.get<Detail>(`/api/v1/cases/${caseNo}`)).body;
}

async function made<T>(path: string, body: unknown): Promise<T> {
  const answer = await api.post<T>(path, body);
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const photo = async (seed: number, width = 320) => ({
  name: `IMG_${seed}.jpg`,
  mimeType: "image/jpeg",
  buffer: await jpeg(seed, { width, height: width / 2, exif: EXIF_AT_COVER }),
});

/** Both languages, and nothing of the other one in English. */
async function inEnglish({ page }: Phone, name: string): Promise<void> {
  await page.evaluate("localStorage.setItem('gridwarden.language', 'en')");
  await page.reload();
  await page.waitForSelector(".phone-page");
  await page.waitForTimeout(300);
  await picture(page, `${name}-en`);
  await page.evaluate("localStorage.setItem('gridwarden.language', 'zh')");
  await page.reload();
  await page.waitForSelector(".phone-page");
}

let caseNo = "";

test("what the page loads at first is small, and all of it is kept for work without network", () => {
  const web = join(root, "dist", "console", "web");
  const html = readFileSync(join(web, "phone", "index.html"), "utf8");
  const scripts = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(
    ([, path = ""]) => path,
  );
  const bytes = scripts.map((path) => gzipSync(readFileSync(join(web, path))).length);
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(SCRIPT_BYTES_MAX);
  expect(scripts.length).toBeGreaterThan(0);
  const worker = readFileSync(join(web, "phone", "sw.js"), "utf8");
  const kept = JSON.parse(/PHONE_FILES=(\[[^\]]*\])/.exec(worker)?.[1] ?? "[]") as string[];
  expect(kept).toEqual(expect.arrayContaining([...scripts, "/phone/", "/icon.svg"]));
  // Whatever the page may load later is there, and is a file.
  for (const path of kept.filter((each) => !each.endsWith("/"))) {
    expect(existsSync(join(web, path)), path).toBe(true);
    if (!path.endsWith(".js")) continue;
    const later = [
      ...readFileSync(join(web, path), "utf8").matchAll(
        /["`'](?:\.\/|assets\/)([\w-]+\.(?:js|css))/g,
      ),
    ];
    for (const [, file] of later) expect(kept, path).toContain(`/assets/${file}`);
  }
});

test("a crew signs in by the link that its lead hands out, which holds once", async () => {
  const { code, url: link } = await made<{ code: string; url: string }>(
    "/api/v1/crews/crew-1/sign-in-codes",
    undefined,
  );
  crew = await openPhone(link);
  const { page } = crew;
  await shown(page, "现在没有任务。");
  expect(page.url()).toBe(`${url}/phone/`);
  expect(await violationsOf(page)).toEqual([]);
  const again = await openPhone(`/phone/#code=${code}`);
  await shown(again.page, "登录码无效");
  expect(again.page.url()).not.toContain(code);
  expect(await violationsOf(again.page)).toEqual([]);
  await picture(again.page, "sign-in");
  await again.context.close();
});

test("on shift the place is shared when the crew agrees, and the platform has it", async () => {
  const { page } = crew;
  await page.click(".phone-tabs a:has-text('班次')");
  await page.click("button:has-text('下班离岗')");
  await shown(page, "现在：离岗");
  await page.click("button:has-text('到岗上班')");
  await shown(page, "现在：在岗");
  await page.click("button:has-text('共享位置')");
  await until(async () => {
    const { body } = await api.get<{ items: { position?: { lon: number } }[] }>("/api/v1/crews");
    return body.items.some(({ position }) => position?.lon === PLACE.longitude);
  }, "the crew's place");
  expect(await violationsOf(page)).toEqual([]);
  // A crew's account signs in by codes: it has no password to change.
  expect(await page.locator("#own-password").count()).toBe(0);
  await picture(page, "duty");
  await inEnglish(crew, "duty");
});

test("a lifted lid comes live, above all and announced, with its distance and its dangers", async () => {
  const { page } = crew;
  await page.click(".phone-tabs a:has-text('任务')");
  const lamp = { lat: 31.80101, lon: 115.41201, responsibleGrid: "grid-7" };
  await city.addDevice("streetlight", "lamp-1", lamp);
  const near = { assetId: "asset-of-lamp-1", conditionId: "lamp-off" };
  const report = await made<{ caseNo: string }>("/api/v1/cases", near);
  await made(`/api/v1/cases/${report.caseNo}/transitions`, { event: "confirm" });
  await page.waitForSelector(`[data-case="${report.caseNo}"]`);
  await publish({ tiltDeg: 38.5, isOpen: true, ch4LelPercent: 12, o2Percent: 20.8 });
  await shown(page, /新的紧急任务：缺失、移位/);
  const first = page.locator(".phone-order").first();
  await first.getByText("北大街 17 号井").waitFor();
  caseNo = (await first.getAttribute("data-case")) ?? "";
  expect(await first.getAttribute("data-danger")).toBe("true");
  await first.getByText(/距此 2\d0 m/).waitFor();
  await first.getByText(/剩 1 小时 \d+ 分/).waitFor();
  await first.getByText("CH₄").waitFor();
  expect(await page.evaluate("window.shaken")).toEqual([
    { pattern: [400, 150, 400, 150, 400], isTaken: true },
  ]);
  // The worker's, as the browser keeps it on show.
  const notices = await until(async () => {
    const all = await page.evaluate<{ title: string; tag: string; data: object }[]>(
      `navigator.serviceWorker.getRegistration("/phone/")
        .then((found) => found.getNotifications())
        .then((all) => all.map(({ title, tag, data }) => ({ title, tag, data })))`,
    );
    return all.length > 0 && all;
  }, "the notification");
  const href = `/phone/#/case/${caseNo}`;
  expect(notices).toMatchObject([{ tag: caseNo, data: { href } }]);
  expect(notices[0]?.title).toContain("新的紧急任务：缺失、移位");
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "orders");
  await inEnglish(crew, "orders");
});

test("the order shows its dangers with age and limit, the valve, the telephone, and the way in China's datum", async () => {
  const { page } = crew;
  await page.click(`.phone-order[data-case="${caseNo}"]`);
  await shown(page, /12 %LEL（\d+ 秒前）/);
  await shown(page, "限值 10 %LEL · 超过限值");
  await shown(page, "不低于 19.5 %");
  await shown(page, "未知：按有毒缺氧处置");
  await shown(page, "北大街燃气阀");
  expect(await page.getAttribute("a[href^='tel:']", "href")).toBe("tel:03761234567");
  const amap = (await page.getAttribute("a[href*='amap']", "href")) ?? "";
  const to = new URL(amap).searchParams.get("to") ?? "";
  expect(Number(to.split(",")[0])).toBeGreaterThan(115.413);
  expect(await page.getAttribute("a[href^='geo:']", "href")).toContain("geo:31.800000,115.410000");
  await page.click("button:has-text('接单')");
  await page.waitForSelector(".phone-checklist");
  await until(async () => {
    const { history } = await detailOf(caseNo);
    return history.some(({ event }) => event === "acceptOrder");
  }, "the order to be accepted");
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "order");
  await inEnglish(crew, "order");
});

test("without network the work goes on, also after the page was closed: checklist, start, photos, outcome", async () => {
  const { page, context } = crew;
  // The service worker has the page's files.
  await page.evaluate("navigator.serviceWorker.ready");
  await context.setOffline(true);
  const start = page.locator(".phone-checklist button[type=submit]");
  expect(await start.isDisabled()).toBe(true);
  for (const box of await page.locator(".phone-checklist input[type=checkbox]").all()) {
    await box.check();
  }
  for (const [name, value] of [
    ["o2", "20.9"],
    ["ch4", "30"],
    ["h2s", "0"],
    ["co", "0"],
  ] as const) {
    await page.fill(`input[name=${name}]`, value);
  }
  await page.fill("input[name=guard]", "张师傅");
  await shown(page, "检测值超出安全范围");
  expect(await start.isDisabled()).toBe(true);
  await page.fill("input[name=ch4]", "2");
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "checklist");
  await page.goto("about:blank");
  await page.goto(`${url}/phone/#/case/${caseNo}`);
  // What was ticked and typed before is still there.
  await start.click();
  await page.click("button:has-text('到达现场')");
  await page.setInputFiles("input[data-moment=before]", await photo(1, 2_000));
  await page.setInputFiles("input[data-moment=after]", await photo(2));
  await page.locator(".phone-photos img").nth(1).waitFor();
  await page.fill("textarea[name=note]", "井盖已复位");
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "feedback");
  await page.click("[data-outcome=repaired]");
  await shown(page, "3 条未发送");
  await shown(page, "无网络");
  await page.click(".phone-unsent");
  await shown(page, "2 张照片");
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "outbox");
  expect((await detailOf(caseNo)).state).toBe("DISPATCHED");
  await context.setOffline(false);
  await until(async () => (await detailOf(caseNo)).files.length === 2, "the photos at the case");
  await shown(page, "全部已发送。");
  const { state, history, files } = await detailOf(caseNo);
  expect(["FEEDBACK", "CHECKING"]).toContain(state);
  const events = history.map(({ event }) => event);
  for (const event of ["acceptOrder", "start", "arrive", "feedback"]) {
    expect(events.filter((each) => each === event)).toHaveLength(1);
  }
  expect(history.find(({ event }) => event === "start")?.note).toMatch(/O2 % 20.9.*监护人：张师傅/);
  expect(history.find(({ event }) => event === "feedback")?.note).toBe("井盖已复位");
  expect(files.map(({ moment }) => moment).sort()).toEqual(["after", "before"]);
  expect(files.find(({ moment }) => moment === "before")).toMatchObject({
    width: 1_600,
    height: 800,
  });
  // The camera's own words outlive the canvas.
  expect(files[0]?.exif).toMatchObject({ lon: 114.7, lat: 32.1 });
});

test("what was refused stays in sight with its reason, until a person decides", async () => {
  const { page, context } = crew;
  await page.click(".phone-tabs a:has-text('任务')");
  const order = page.locator(".phone-order", { hasText: "lamp-1" }).first();
  const lampCase = (await order.getAttribute("data-case")) ?? "";
  await order.click();
  await page.waitForSelector("button:has-text('开始处置'), button:has-text('接单')");
  await context.setOffline(true);
  const accept = page.locator("button:has-text('接单')");
  if (await accept.isVisible()) await accept.click();
  await page.click("button:has-text('开始处置')");
  await made("/api/v1/crews", { crewId: "crew-2", name: "Crew 2", unitId: "works" });
  const away = { event: "redispatch", crewId: "crew-2" };
  await made(`/api/v1/cases/${lampCase}/transitions`, away);
  await context.setOffline(false);
  await shown(page, /条被拒/);
  await page.click(".phone-unsent");
  await page.waitForSelector("[data-status=refused]");
  await shown(page, "任务已改派给 crew-2");
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "refused");
  await inEnglish(crew, "refused");
  const { history } = await detailOf(lampCase);
  expect(history.filter(({ event }) => event === "start")).toEqual([]);
  while ((await page.locator("[data-status]").count()) > 0) {
    await page.locator("[data-status] button:has-text('放弃')").first().click();
    await shown(page, "放弃后不会再发送");
    await page.locator("[data-status] button.danger").first().click();
    await page.waitForTimeout(200);
  }
  await shown(page, "全部已发送。");
});

test("a phone that was signed out from afar keeps what was said, and sends it once it is let in again", async () => {
  const { page, context } = crew;
  const bin = { lat: 31.8012, name: "东街 3 号箱" };
  await city.addDevice("waste-bin", "wb-1", bin);
  const report = { assetId: "asset-of-wb-1", conditionId: "bin-damaged" };
  const { caseNo: binCase } = await made<{ caseNo: string }>("/api/v1/cases", report);
  const to = { event: "confirm", crewId: "crew-1" };
  await made(`/api/v1/cases/${binCase}/transitions`, to);
  const had = async (event: string) =>
    (await detailOf(binCase)).history.filter((each) => each.event === event).length;
  if ((await detailOf(binCase)).crewId !== "crew-1") {
    const here = { event: "redispatch", crewId: "crew-1" };
    await made(`/api/v1/cases/${binCase}/transitions`, here);
  }
  await page.click(".phone-tabs a:has-text('任务')");
  await page.click(`.phone-order[data-case="${binCase}"]`);
  await page.waitForSelector("button:has-text('开始处置'), button:has-text('接单')");
  await context.setOffline(true);
  const accept = page.locator("button:has-text('接单')");
  if (await accept.isVisible()) await accept.click();
  await page.click("button:has-text('开始处置')");
  await shown(page, /条未发送/);
  const ended = await fetch(`${url}/api/v1/crews/crew-1/sessions`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${await adminToken(url)}` },
  });
  expect(ended.status).toBe(200);
  await context.setOffline(false);
  await shown(page, "登录已失效");
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "ended");
  // Nobody with a code is near: the work goes on.
  await page.click("dialog button[aria-label='关闭']");
  await page.click("button:has-text('到达现场')");
  expect(await had("start")).toBe(0);
  await page.click("button:has-text('点此重新登录')");
  const codes = "/api/v1/crews/crew-1/sign-in-codes";
  const { code } = await made<{ code: string }>(codes, undefined);
  await page.fill("dialog input[name=code]", code);
  await page.click("dialog button:has-text('用登录码登录')");
  await until(async () => (await had("arrive")) === 1, "what was said while nobody was signed in");
  expect(await had("start")).toBe(1);
  expect(crew.faults).toEqual([]);
  expect(crew.foreign).toEqual([]);
  await context.close();
});

test("an inspector verifies, reports on the spot with a photo, settles it, and sees what was walked", async () => {
  await made("/api/v1/users", {
    ...{ username: "hu", password: "correct horse", roles: ["inspector"], unitId: "works" },
  });
  const heap = { lon: 115.4121, lat: 31.8011, address: "北大街 9 号", description: "路边垃圾" };
  const { caseNo: heard } = await made<{ caseNo: string }>("/api/v1/cases", heap);
  await made(`/api/v1/cases/${heard}/transitions`, { event: "sendVerify" });
  const phone = await openPhone("/phone/", { colorScheme: "dark" });
  const { page } = phone;
  await signInOnPhone(phone, "hu", "correct horse");
  await shown(page, "要核实");
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "patrol-dark");
  await page.click(`.phone-order[data-case="${heard}"]`);
  await page.setInputFiles("input[data-moment=other]", await photo(3));
  await page.locator(".phone-photos img").waitFor();
  await page.click("button:text-is('属实')");
  await until(async () => (await detailOf(heard)).state === "REPORTED", "the report verified");

  await page.click(".phone-tabs a:has-text('上报')");
  await page.click("button:has-text('用我的位置')");
  await page.locator(".phone-near label", { hasText: "lamp-1" }).click();
  await page.fill("input[name=category]", "倾斜");
  await page.click(".phone-chips button:has-text('倾斜')");
  await page.fill("textarea[name=description]", "灯杆倾斜，已扶正");
  await page.setInputFiles("input[data-moment=before]", await photo(4));
  await page.locator(".phone-photos img").waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "report-dark");
  await page.click("button[type=submit]:has-text('上报')");
  await shown(page, "已记下");
  const found = await until(async () => {
    const path = "/api/v1/cases?assetId=asset-of-lamp-1&status=REPORTED";
    const { body } = await api.get<{ items: { caseNo: string; source: string }[] }>(path);
    return body.items.find(({ source }) => source === "patrol");
  }, "the report");
  await page.click(".phone-tabs a:has-text('巡查')");
  await page.click(`.phone-order[data-case="${found.caseNo}"]`);
  await page.setInputFiles("input[data-moment=before]", await photo(5));
  await page.setInputFiles("input[data-moment=after]", await photo(6));
  await page.fill("textarea[name=note]", "扶正并紧固");
  await page.click("button:has-text('自处置')");
  await until(async () => (await detailOf(found.caseNo)).state === "CLOSED", "the case settled");

  await page.click(".phone-tabs a:has-text('班次')");
  await page.click("button:has-text('开始巡查')");
  await page.click("button:has-text('共享位置')");
  await page.click(".phone-tabs a:has-text('片区')");
  await page.fill("input[name=grid]", "grid-7");
  await page.click("button:has-text('显示片区')");
  await shown(page, /已走到 100%/);
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "area-dark");
  expect({ faults: phone.faults, foreign: phone.foreign }).toEqual({ faults: [], foreign: [] });
  await phone.context.close();
});

test("an inspector checks a repair, and every page fits a narrow phone", async () => {
  const phone = await openPhone("/phone/");
  const { page } = phone;
  await signInOnPhone(phone, "hu", "correct horse");
  await page.setViewportSize({ width: 320, height: 640 });
  await page.click(`.phone-order[data-case="${caseNo}"]`);
  await page.click("button:has-text('现场已恢复')");
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
  await picture(page, "check-narrow");
  await page.click("button[type=submit]:has-text('核查通过')");
  await until(async () => {
    const { history } = await detailOf(caseNo);
    return history.some(({ event, actor }) => event === "checkPass" && actor === "hu");
  }, "the check");
  const small = await page.evaluate<string[]>(
    `[...document.querySelectorAll("button, a, summary, input:not([type=file])")]
      .filter((each) => each.getBoundingClientRect().height > 0)
      .filter((each) => (each.closest("label") ?? each).getBoundingClientRect().height < 47.5)
      .map((each) => each.outerHTML.slice(0, 80))`,
  );
  expect(small).toEqual([]);
  await page.click(".phone-tabs a:has-text('班次')");
  await page.click("#own-password");
  await page.fill("dialog input[autocomplete=current-password]", "correct horse");
  for (const each of await page.locator("dialog input[autocomplete=new-password]").all()) {
    await each.fill("battery staple");
  }
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "own-password");
  await page.click("dialog button[type=submit]");
  await shown(page, "密码已修改。");
  expect(phone.faults).toEqual([]);
  await phone.context.close();
});
