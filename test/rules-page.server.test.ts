/**
 * Rules in a real Chromium, at the built platform: a limit is changed with its faults beside it, tried on
 * the past, and saved as the next version; two engineers at one rule; who may only read.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { violationsOf } from "./support/axe.ts";
import { launchBrowser, signInOn, type Visit, visit } from "./support/browser.ts";
import { connect, foundCity } from "./support/city.ts";
import { ADMIN_PASSWORD, until } from "./support/platform.ts";
import { type PlatformProcess, startProcess } from "./support/process.ts";

const MINUTE_MS = 60_000;
const RULE = "manhole-cover.rattle";
const directory = mkdtempSync(join(tmpdir(), "gridwarden-rules-"));
const kept = process.env.GRIDWARDEN_TEST_PICTURES;
const pictures = kept ?? mkdtempSync(join(tmpdir(), "gridwarden-pictures-"));
let platform: PlatformProcess;
let browser: Browser;
let visited: Visit;
let page: Page;

beforeAll(async () => {
  platform = await startProcess(directory);
  const city = await foundCity(platform.api);
  for (const role of ["engineer", "viewer"]) {
    const user = { username: role, roles: [role], password: ADMIN_PASSWORD };
    await platform.api.post("/api/v1/users", user);
  }
  await rattled(await city.addDevice("manhole-cover", "mc-1"));
  browser = await launchBrowser();
  visited = await enter("engineer", "#/rules?class=manhole-cover");
  page = visited.page;
}, 120_000);

afterAll(async () => {
  await browser?.close();
  platform?.child.kill("SIGTERM");
  await platform?.ended;
  rmSync(directory, { recursive: true, force: true });
  if (kept === undefined) rmSync(pictures, { recursive: true, force: true });
});

/** A cover that trembled at 1.2 g for half an hour, two hours ago. */
async function rattled(key: string): Promise<void> {
  const elements = [];
  for (let minutes = 180; minutes > 0; minutes -= 2) {
    const vibrationG = minutes < 130 && minutes > 100 ? 1.2 : 0.1;
    elements.push({ observedAt: Date.now() - minutes * MINUTE_MS, values: { vibrationG } });
  }
  const client = await connect(platform.ports.mqtt, "mc-1", key);
  const topic = "v1/manhole-cover/mc-1/telemetry";
  await client.publishAsync(topic, JSON.stringify(elements), { qos: 1 });
  await client.endAsync();
  await until(async () => {
    const path = "/api/v1/readings/latest?assetId=asset-of-mc-1";
    return (await platform.api.get<{ items: unknown[] }>(path)).body.items.length > 0;
  }, "the readings");
}

async function enter(username: string, hash: string): Promise<Visit> {
  const found = await visit(browser, `http://127.0.0.1:${platform.ports.http}/${hash}`, {
    height: 1700,
  });
  await signInOn(found.page, username, ADMIN_PASSWORD);
  await found.page.waitForSelector("#connection[data-state=live]");
  return found;
}

const shows = (text: string, on = page): Promise<void> => on.getByText(text).first().waitFor();
const fill = (name: string, text: string, on = page): Promise<void> =>
  on.getByRole("textbox", { name, exact: true }).fill(text);

async function inBothLanguages(name: string, english: string): Promise<void> {
  expect(await violationsOf(page)).toEqual([]);
  await page.screenshot({ path: join(pictures, `${name}-zh.png`) });
  await page.click("#language");
  await shows(english);
  await page.screenshot({ path: join(pictures, `${name}-en.png`) });
  await page.click("#language");
}

test("the rules of a class are listed with what is abnormal, delays, what comes of it and precision", async () => {
  await shows("振动 ≥ 2 g（恢复 1.5）");
  await shows("暂无现场核实");
  await inBothLanguages("rules", "Vibration ≥ 2 g (normal at 1.5)");
  await page.click(`a[href="#/rules/${RULE}"]`);
  await page.waitForSelector("#rule-form");
});

test("a fault stands beside its field before anything is saved, and goes when it is put right", async () => {
  await fill("报警值", "1");
  const besides = page.locator(".rules-form small.fault");
  await besides.filter({ hasText: /^应为：不高于报警值 1；现为：1\.5$/ }).waitFor();
  expect(await page.getByRole("button", { name: "保存为第 2 版" }).isDisabled()).toBe(true);
  await inBothLanguages("rule-faults", "To be put right: 1");
  await fill("恢复值", "x");
  await besides.filter({ hasText: "要填数字" }).waitFor();
  await fill("恢复值", "0.8");
  await shows("检查通过，可以保存。");
  expect(await besides.count()).toBe(0);
});

test("a change is tried on the past before it is saved: what would have fired stands on the curve", async () => {
  await page.click('button:text-is("试算")');
  await page.waitForSelector(".rules-numbers");
  const alarms = await page.locator(".rules-numbers tbody tr:first-child td").allTextContents();
  expect(alarms).toEqual(["1", "0"]);
  await shows("改后新增的报警（1）");
  await page.waitForSelector(".curve-legend li:has-text('改后会报')");
  const said = await page.locator(".curve-room [role=img]").getAttribute("aria-label");
  expect(said).toContain("限值：改后 1");
  expect(said).toContain("限值：现行 2");
  await inBothLanguages("backtest", "would fire");
  const { body } = await platform.api.get<{ version: number }>(`/api/v1/rules/${RULE}`);
  expect(body.version).toBe(1);
});

/** On the rule's page, by another who signs in at the same tab. */
async function changeHands(username: string): Promise<void> {
  await page.click("#sign-out");
  await page.waitForSelector("main.sign-in #sign-in");
  await signInOn(page, username, ADMIN_PASSWORD);
  await page.waitForSelector("#rule-form");
}
const BACK = "离开页面前填写、还没有保存的改动又在这里了。";
const raiseAt = (): Promise<string> =>
  page.getByRole("textbox", { name: "报警值", exact: true }).inputValue();

test("what was typed is there again when the page was left, for the one alone who typed it", async () => {
  await page.evaluate(`location.hash = "#/rules?class=manhole-cover"`);
  await page.click(`a[href="#/rules/${RULE}"]`);
  await shows(BACK);
  expect(await raiseAt()).toBe("1");
  await shows("改动（2 处）");
  await page.screenshot({ path: join(pictures, "rule-back.png") });
  await changeHands("admin");
  expect(await raiseAt()).toBe("2");
  expect(await page.getByText(BACK).count()).toBe(0);
  await changeHands("engineer");
  expect(await raiseAt()).toBe("1");
});

test("what is typed outlives an ended session, and is saved as the version that the button names", async () => {
  await page.context().clearCookies();
  await page.click('button:text-is("保存为第 2 版")');
  await page.waitForSelector("#sign-in");
  await signInOn(page, "engineer", ADMIN_PASSWORD);
  await shows("已保存为第 2 版，即刻生效。");
  await shows("振动 ≥ 1 g（恢复 0.8）");
  const { body } = await platform.api.get<{ version: number; condition: { raise: number } }>(
    `/api/v1/rules/${RULE}`,
  );
  expect([body.version, body.condition.raise]).toEqual([2, 1]);
});

test("of two engineers at one rule the second sees what the first has changed, and loses nothing", async () => {
  const other = await enter("admin", `#/rules/${RULE}`);
  await fill("报警值", "3", other.page);
  await other.page.click('button:text-is("保存为第 3 版")');
  await shows("已保存为第 3 版", other.page);
  await fill("报警延时", "120");
  await shows("改动（1 处）");
  await page.click('button:text-is("保存为第 3 版")');
  await shows("admin 已保存第 3 版");
  await inBothLanguages("rule-conflict", "has saved version 3");
  await page.click('button:text-is("以第 3 版为基础继续")');
  expect(await page.getByRole("textbox", { name: "报警延时", exact: true }).inputValue()).toBe(
    "120",
  );
  await page.click('button:text-is("保存为第 4 版")');
  await shows("已保存为第 4 版");
  const { body } = await platform.api.get<{ onDelayMs: number; condition: { raise: number } }>(
    `/api/v1/rules/${RULE}`,
  );
  expect([body.onDelayMs, body.condition.raise]).toEqual([120_000, 3]);
  await page.click("details:has(summary:has-text('第 4 版')) summary");
  await page.locator("details[open] th:text-is('报警延时')").waitFor();
  await other.page.context().close();
  // What was saved or thrown away does not come back.
  await fill("报警延时", "60");
  await page.click('button:text-is("放弃改动")');
  await page.reload();
  await page.waitForSelector("#rule-form");
  expect(await page.getByText(BACK).count()).toBe(0);
});

test("a rule is begun from another under an id of its own, and is its first version", async () => {
  await page.fill("[name=copy-name]", "tremble");
  await page.click('button:text-is("复制为新规则")');
  await shows("manhole-cover.tremble · 第 0 版");
  await fill("中文", "井盖颤动");
  let saves = 0;
  page.on("request", (request) => {
    if (request.method() === "PUT") saves += 1;
  });
  await page.dblclick('button:text-is("保存为第 1 版")');
  await shows("manhole-cover.tremble · 第 1 版");
  expect(saves).toBe(1);
  const { body } = await platform.api.get<{ title: { zh: string } }>(
    "/api/v1/rules/manhole-cover.tremble",
  );
  expect(body.title.zh).toBe("井盖颤动");
});

test("who may not change rules reads them, in fields that take nothing", async () => {
  const viewer = await enter("viewer", `#/rules/${RULE}`);
  await shows("只有工程师和管理员可以修改规则。", viewer.page);
  const field = viewer.page.getByRole("textbox", { name: "报警值", exact: true });
  expect(await field.isDisabled()).toBe(true);
  expect(await viewer.page.locator("#rule-backtest").count()).toBe(0);
  expect(viewer.faults).toEqual([]);
  await viewer.page.context().close();
});

test("on a narrow screen nothing is wider than the screen, and nothing went wrong on the way", async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  const width = (): Promise<number> =>
    page.evaluate("document.getElementById('content').scrollWidth");
  await expect.poll(width).toBeLessThanOrEqual(390);
  const unexpected = visited.faults.filter((fault) => !/\b(401|409)\b/.test(fault));
  expect({ unexpected, foreign: visited.foreign }).toEqual({ unexpected: [], foreign: [] });
});
