/**
 * The desk of the centre in a real Chromium: a call from its first key to a dispatched case by the
 * keyboard alone, a duplicate that is joined by one key, and a handover of the shift signed by two.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { violationsOf } from "./support/axe.ts";
import { launchBrowser, signInOn, type Visit, visit } from "./support/browser.ts";
import { foundCity } from "./support/city.ts";
import { ADMIN_PASSWORD } from "./support/platform.ts";
import { type PlatformProcess, startProcess } from "./support/process.ts";

const PEOPLE = { wang: "acceptor", chen: "shift-lead" };
/** Of a whole report, with all that is typed. */
const KEYS_MAX = 60;

const directory = mkdtempSync(join(tmpdir(), "gridwarden-intake-"));
const kept = process.env.GRIDWARDEN_TEST_PICTURES;
const pictures = kept ?? mkdtempSync(join(tmpdir(), "gridwarden-pictures-"));
let platform: PlatformProcess;
let browser: Browser;
let url: string;
let wang: Visit;
let firstCase = "";

beforeAll(async () => {
  platform = await startProcess(directory);
  const city = await foundCity(platform.api);
  await city.addDevice("manhole-cover", "mc-1", { name: "东门大街井盖" });
  for (const [username, role] of Object.entries(PEOPLE)) {
    const person = { username, roles: [role], password: ADMIN_PASSWORD };
    await platform.api.post("/api/v1/users", person);
  }
  browser = await launchBrowser();
  url = `http://127.0.0.1:${platform.ports.http}/`;
  wang = await visit(browser, `${url}#/intake`, { height: 1000 });
  await signInOn(wang.page, "wang", ADMIN_PASSWORD);
  await wang.page.waitForSelector("#connection[data-state=live]");
}, 120_000);

afterAll(async () => {
  await browser?.close();
  platform?.child.kill("SIGTERM");
  await platform?.ended;
  rmSync(directory, { recursive: true, force: true });
  if (kept === undefined) rmSync(pictures, { recursive: true, force: true });
});

const shows = (page: Page, text: string, selector = "body"): Promise<void> =>
  page.locator(selector).filter({ hasText: text }).first().waitFor();
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
const filedOn = async (page: Page): Promise<string> =>
  (await page.locator("[data-filed]").getAttribute("data-filed")) ?? "";

/** Hands on a keyboard, that count what they press. */
function hands(page: Page) {
  let keys = 0;
  return {
    async type(text: string): Promise<void> {
      keys += text.length;
      await page.keyboard.type(text);
    },
    async press(key: string): Promise<void> {
      keys += 1;
      await page.keyboard.press(key);
    },
    keys: () => keys,
  };
}

test("a call becomes a dispatched case by the keyboard alone", async () => {
  const { page } = wang;
  const { type, press, keys } = hands(page);
  await page.waitForSelector("[role=combobox]:focus");
  // The filing tables come with the page; whoever types before them loses nothing.
  await type("dtsx");
  await press("Enter");
  await type("dmdj");
  await press("Enter");
  await shows(page, "东门大街井盖", ".intake-chosen");
  await shows(page, "50 米内的在办案卷");
  await type("rattles");
  await press("Enter");
  await type("Liu");
  await press("Enter");
  await type("13900000001");
  await shows(page, "这个号码以前的反映");
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "intake-typed-zh");
  await press("Control+Enter");
  await shows(page, "已派遣", "[data-filed]");
  await shows(page, "rattles", ".intake-list");
  firstCase = await filedOn(page);
  expect(keys()).toBeLessThan(KEYS_MAX);
  const { body } = await platform.api.get<object>(`/api/v1/cases/${firstCase}`);
  expect(body).toMatchObject({ assetId: "asset-of-mc-1", state: "DISPATCHED", unitId: "works" });
  await page.click("#language");
  await shows(page, "dispatched", "[data-filed]");
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "intake-filed-en");
  await page.click("#language");
}, 90_000);

test("a second call about it outlives a reload and is joined by one key", async () => {
  const { page } = wang;
  const { type, press } = hands(page);
  await press("Alt+KeyN");
  await press("Control+Enter");
  await shows(page, "请先选择类别", "[role=alert]");
  await type("hdwr");
  await press("Enter");
  await type("115.4101,31.8");
  await press("Enter");
  await page.waitForSelector(`[data-similar="${firstCase}"]`);
  await type("a loud cover");
  await page.reload();
  await page.waitForSelector(`[data-similar="${firstCase}"]`);
  expect(await page.locator("textarea").first().inputValue()).toBe("a loud cover");
  await picture(page, "intake-similar-zh");
  await press("Alt+Digit1");
  await shows(page, firstCase, "[data-filed]");
  await shows(page, "已并入案卷", "[data-filed]");
  await page.evaluate(`location.hash = "#/cases/${firstCase}"`);
  await shows(page, "a loud cover", ".intake-list");
  const { body } = await platform.api.get<{ reports: object[] }>(`/api/v1/cases/${firstCase}`);
  expect(body.reports).toHaveLength(2);
  expect([wang.faults, wang.foreign]).toEqual([[], []]);
}, 90_000);

test("while a report is being sent nothing is begun; what is not taken is gone on with where it was left", async () => {
  const { page } = wang;
  await page.evaluate(`location.hash = "#/intake"`);
  await page.waitForSelector("[role=combobox]:focus");
  const { type, press } = hands(page);
  await type("hdwr");
  await press("Enter");
  await type("115.4301,31.8");
  await press("Enter");
  await page.locator(".intake-chosen").nth(1).waitFor();
  await type("a loose lid");
  let goOn: (isTaken: boolean) => void = () => undefined;
  await page.route("**/api/v1/cases", async (route) => {
    const isTaken = await new Promise<boolean>((resolve) => {
      goOn = resolve;
    });
    await (isTaken ? route.continue() : route.abort());
  });
  const words = page.locator("textarea").first();
  await press("Control+Enter");
  await shows(page, "正在登记");
  await press("Alt+KeyN");
  expect([await words.isDisabled(), await words.inputValue()]).toEqual([true, "a loose lid"]);
  goOn(false);
  await shows(page, "平台没有应答", ".fault");
  await type(" rattles");
  expect(await words.inputValue()).toBe("a loose lid rattles");
  await press("Control+Enter");
  await shows(page, "正在登记");
  goOn(true);
  await page.waitForSelector("[data-filed]");
  await page.unroute("**/api/v1/cases");
}, 90_000);

test("a shift is handed over by who leaves and signed at the same desk by who comes", async () => {
  const chen = await visit(browser, `${url}#/handover`, { height: 1000 });
  const { page } = chen;
  await signInOn(page, "chen", ADMIN_PASSWORD);
  await shows(page, "承诺事项", "[data-section=pledges]");
  await page.getByLabel("承诺事项").last().fill("call Liu back");
  await page.getByLabel("到期时间").fill("2026-11-01T09:00");
  await page.getByRole("button", { name: "添加" }).click();
  await shows(page, "call Liu back", "[data-section=pledges]");
  await page.getByLabel("交班说明").fill("the cover at the East Gate is on its way");
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "handover-now-zh");
  await page.getByRole("button", { name: "签字交班" }).click();
  await shows(page, "等待接班人签字", ".handover-signatures");
  await page.getByLabel("用户名").fill("wang");
  await page.getByLabel("密码").fill(ADMIN_PASSWORD);
  await page.getByRole("button", { name: "签字接班", exact: true }).click();
  await shows(page, "已由 wang", ".handover-signatures");
  await shows(page, "chen", ".who");
  expect(await violationsOf(page)).toEqual([]);
  await page.click("#language");
  await shows(page, "wang signed and took over", ".handover-signatures");
  await picture(page, "handover-signed-en");
  await page.emulateMedia({ media: "print" });
  await picture(page, "handover-printed-en");
  await page.emulateMedia({ media: "screen" });
  const { body } = await platform.api.get<{ items: object[] }>("/api/v1/handovers");
  expect(body.items).toMatchObject([{ by: "chen", signedBy: "wang" }]);
  expect([chen.faults, chen.foreign]).toEqual([[], []]);
}, 90_000);
