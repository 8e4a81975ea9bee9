/** The platform's own state in a real Chromium: is it well, what could not be read, who may what, who did what. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { violationsOf } from "./support/axe.ts";
import { launchBrowser, signInOn, type Visit, visit } from "./support/browser.ts";
import { connect, foundCity } from "./support/city.ts";
import { ADMIN_PASSWORD } from "./support/platform.ts";
import { type PlatformProcess, startProcess } from "./support/process.ts";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-operations-"));
const kept = process.env.GRIDWARDEN_TEST_PICTURES;
const pictures = kept ?? mkdtempSync(join(tmpdir(), "gridwarden-pictures-"));
let platform: PlatformProcess;
let browser: Browser;
let visited: Visit;
let page: Page;

beforeAll(async () => {
  platform = await startProcess(directory);
  const city = await foundCity(platform.api);
  const key = await city.addDevice("manhole-cover", "mc-1");
  const client = await connect(platform.ports.mqtt, "mc-1", key);
  const topic = "v1/manhole-cover/mc-1/telemetry";
  await client.publishAsync(topic, '{"values":{"tiltDeg":2}}', { qos: 1 });
  await client.publishAsync(topic, "not JSON at all", { qos: 1 });
  await client.endAsync();
  browser = await launchBrowser();
  visited = await visit(browser, `http://127.0.0.1:${platform.ports.http}/#/operations`);
  page = visited.page;
  await signInOn(page, "admin", ADMIN_PASSWORD);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  platform?.child.kill("SIGTERM");
  await platform?.ended;
  rmSync(directory, { recursive: true, force: true });
  if (kept === undefined) rmSync(pictures, { recursive: true, force: true });
});

const open = (tab: string): Promise<void> => page.click(`.operations > nav a[href$="${tab}"]`);
const row = (text: string) => page.locator("tbody tr").filter({ hasText: text }).first();

async function looksRight(name: string): Promise<void> {
  expect(await violationsOf(page)).toEqual([]);
  await page.screenshot({ path: join(pictures, `operations-${name}.png`) });
}

test("a platform that is well says so, with a ledger that balances", async () => {
  await page.getByText("平台运行正常。").waitFor();
  await page.getByText("收支平衡").waitFor();
  await expect.poll(() => row("已入库").textContent()).toMatch(/1$/);
  await looksRight("state");
});

test("a page that fails leaves the bar and the other pages as they are", async () => {
  const { page: other } = await visit(browser, page.url());
  await other.route("**/readyz", (route) => route.fulfill({ json: { ready: true } }));
  await signInOn(other, "admin", ADMIN_PASSWORD);
  await other.locator(".fault").filter({ hasText: "页面出错" }).waitFor();
  await other.click('.bar nav a[href="#/cases"]');
  await other.locator(".cases-lists").waitFor();
  await other.context().close();
});

test("what could not be read is shown with its reason and tried again", async () => {
  await open("letters");
  await row("不是 JSON").waitFor();
  await row("不是 JSON").locator("summary").click();
  await page.getByText("not JSON at all", { exact: true }).waitFor();
  await row("请核对设备的报文格式与主题。").waitFor();
  await row("平台原文").waitFor();
  await looksRight("letters");
  await row("不是 JSON").getByRole("button", { name: "重试" }).click();
  await page.getByText("重试 1 封，读出 0 封").waitFor();
});

test("a user is made with a role and stands in the list; a name that is taken is refused in words", async () => {
  await open("people");
  for (const turn of ["made", "taken"]) {
    await page.getByRole("button", { name: "新建用户" }).first().click();
    const dialog = page.locator("dialog");
    await dialog.getByLabel("用户名").fill("wang");
    await dialog.getByLabel("初始密码").fill("a-password-of-wang");
    await dialog.getByLabel("受理员").check();
    await looksRight("new-user");
    await dialog.getByRole("button", { name: "新建用户" }).click();
    if (turn === "made") await page.getByText("已新建用户 wang。").waitFor();
  }
  await page.locator("dialog [role=alert]").filter({ hasText: "wang" }).waitFor();
  await page.keyboard.press("Escape");
  await row("受理员").waitFor();
});

test("a lost phone's owner is signed out and given a password, which he changes himself", async () => {
  const other = await visit(browser, `http://127.0.0.1:${platform.ports.http}/#/cases`);
  const wang = other.page;
  const live = wang.locator("#connection[data-state=live]");
  const again = wang.locator("dialog", { hasText: "登录已过期" });
  const signInAgain = async (password: string): Promise<void> => {
    await again.waitFor();
    await again.getByLabel("密码").fill(password);
    await again.getByRole("button", { name: "登录" }).click();
    await again.waitFor({ state: "detached" });
    await live.waitFor();
  };
  await signInOn(wang, "wang", "a-password-of-wang");
  await live.waitFor();
  const dialog = page.locator("dialog");
  await row("受理员").getByRole("button", { name: "结束会话" }).click();
  await looksRight("end-sessions");
  await dialog.getByRole("button", { name: "结束 wang 的会话" }).click();
  await page.getByText("已结束 wang 的 1 个登录。").waitFor();
  await signInAgain("a-password-of-wang");

  await row("受理员").getByRole("button", { name: "设新密码" }).click();
  const typed = dialog.locator("[autocomplete=new-password]");
  await typed.first().fill("given-to-wang");
  await typed.last().fill("given-to-wong");
  await dialog.getByText("两次输入的新密码不一样。").waitFor();
  await looksRight("set-password");
  await typed.last().fill("given-to-wang");
  await dialog.getByRole("button", { name: "给 wang 设新密码" }).click();
  await page.getByText("已给 wang 设新密码，原有的 1 个登录已结束。").waitFor();
  // One's own is changed with the old one alone.
  expect(await row("管理员").getByRole("button", { name: "设新密码" }).count()).toBe(0);
  await signInAgain("given-to-wang");

  await wang.click(".bar .who");
  const own = wang.locator("dialog", { hasText: "修改密码" });
  const change = async (old: string): Promise<void> => {
    await own.getByLabel("原密码").fill(old);
    for (const each of await own.locator("[autocomplete=new-password]").all()) {
      await each.fill("known-to-wang-alone");
    }
    await own.getByRole("button", { name: "修改", exact: true }).click();
  };
  await change("a-password-of-wang");
  await own.getByText("原密码不对").waitFor();
  expect(await violationsOf(wang)).toEqual([]);
  await wang.screenshot({ path: join(pictures, "own-password.png") });
  await change("given-to-wang");
  await own.getByText("密码已修改。您在别处的 0 个登录已结束。").waitFor();
  await own.getByRole("button", { name: "关闭" }).click();
  await wang.click("#sign-out");
  await signInOn(wang, "wang", "known-to-wang-alone");
  await live.waitFor();
  await wang.context().close();
});

test("who did what is listed and filtered, and the history of cases is checked", async () => {
  await open("audit");
  await row("/api/v1/users").waitFor();
  await page.getByLabel("对象").fill("mc-1");
  await page.keyboard.press("Tab");
  await expect.poll(() => page.locator("tbody tr").count()).toBe(1);
  await page.getByRole("button", { name: "核对案卷记录" }).click();
  await page.getByText("链条完整").waitFor();
  await looksRight("audit");
});

test("in English no Chinese is left, on a narrow screen nothing sticks out", async () => {
  await page.click("#language");
  await page.setViewportSize({ width: 390, height: 800 });
  for (const tab of ["state", "letters", "knocking", "flood", "people", "audit"]) {
    await open(tab);
    await page
      .locator(".operations > section")
      .getByRole("table")
      .or(page.locator(".quiet"))
      .first()
      .waitFor();
    const text: string = await page.evaluate("document.body.innerText");
    expect(text.replace("中文", "")).not.toMatch(/[\u4e00-\u9fff]/);
    const widths = await page.evaluate<number[]>(
      "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
    );
    expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
    await looksRight(`english-${tab}`);
  }
  expect(visited.foreign).toEqual([]);
  expect(visited.faults.filter((fault) => !fault.includes("409"))).toEqual([]);
});
