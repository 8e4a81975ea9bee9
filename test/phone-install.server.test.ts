/**
 * The phone's page as an application, in a real Chromium at the built platform: it can be installed, and a
 * new build comes in beside the old one without losing what was not sent yet.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, devices, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, launchProfile, signInOn } from "./support/browser.ts";
import { foundCity } from "./support/city.ts";
import { type HttpProxy, startProxy } from "./support/http-proxy.ts";
import { until } from "./support/platform.ts";
import { type PlatformProcess, startProcess } from "./support/process.ts";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-install-"));
const profile = mkdtempSync(join(tmpdir(), "gridwarden-profile-"));
const PLACE = { longitude: 115.412, latitude: 31.801 };
const WAIT_MS_MAX = 15_000;
const REPORTS = "/api/v1/cases";

let platform: PlatformProcess;
/** Before the platform: what it serves can be another build's. */
let proxy: HttpProxy;
let browser: Browser;

beforeAll(async () => {
  platform = await startProcess(directory);
  await foundCity(platform.api);
  const inspector = { username: "hu", password: "correct horse", roles: ["inspector"] };
  await platform.api.post("/api/v1/users", { ...inspector, unitId: "works" });
  proxy = await startProxy(platform.ports.http);
  browser = await launchBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await proxy?.stop();
  platform?.child.kill("SIGTERM");
  await platform?.ended;
  for (const each of [directory, profile]) rmSync(each, { recursive: true, force: true });
});

const shown = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).first().waitFor();

test("Chromium finds nothing in the way of installing the page", async () => {
  const context = await launchProfile(profile);
  const page = await context.newPage();
  await page.goto(`http://localhost:${platform.ports.http}/phone/`);
  await page.evaluate("navigator.serviceWorker.ready");
  const devtools = await context.newCDPSession(page);
  const { errors, data } = await devtools.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  expect(JSON.parse(data ?? "{}")).toMatchObject({ start_url: "/phone/", display: "standalone" });
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  expect(installabilityErrors).toEqual([]);
  await context.close();
});

const LIST = /PHONE_FILES=(\[[^\]]*\])/;
const MARK = "/assets/next-build.js";
const buildOf = (page: Page): Promise<string | undefined> =>
  page.evaluate("document.documentElement.dataset.build");

/** The platform is renewed: the page is another, and one of its parts has gone with the old build. */
async function serveNextBuild(gone: RegExp): Promise<void> {
  const read = async (path: string): Promise<string> => (await fetch(proxy.url + path)).text();
  const [page, worker] = [await read("/phone/"), await read("/phone/sw.js")];
  const files = JSON.parse(LIST.exec(worker)?.[1] ?? "[]") as string[];
  const lost = files.find((file) => gone.test(file));
  if (lost === undefined) throw new Error(`the build keeps no ${gone}`);
  const next = [...files.filter((file) => file !== lost), MARK];
  const script = `<script type="module" src="${MARK}"></script></head>`;
  const put = (path: string, type: string, body: string, status = 200) =>
    proxy.instead.set(path, { status, type, body });
  put("/phone/", "text/html; charset=utf-8", page.replace("</head>", script));
  put(
    "/phone/sw.js",
    "text/javascript",
    worker.replace(LIST, `PHONE_FILES=${JSON.stringify(next)}`),
  );
  put(MARK, "text/javascript", "document.documentElement.dataset.build = 'next';");
  put(lost, "text/plain", "gone", 404);
}

test("a new build is taken beside the old one: a page that is open goes on, and what was not sent is sent once", async () => {
  const context = await browser.newContext({
    ...devices["Pixel 7"],
    locale: "zh-CN",
    geolocation: PLACE,
    permissions: ["geolocation"],
  });
  context.setDefaultTimeout(WAIT_MS_MAX);
  const page = await context.newPage();
  await page.goto(`${proxy.url}/phone/`);
  await page.click("summary");
  await signInOn(page, "hu", "correct horse");
  await page.waitForSelector(".phone-tabs");
  await page.evaluate("navigator.serviceWorker.ready");
  await page.click(".phone-tabs a:has-text('上报')");
  await page.click("button:has-text('用我的位置')");
  await context.setOffline(true);
  await page.fill("[name=description]", "路面有坑");
  await page.click("button[type=submit]:has-text('上报')");
  await shown(page, "1 条未发送");

  const away = JSON.stringify({ code: "NOT_READY", message: "the platform is starting" });
  proxy.instead.set(REPORTS, { status: 503, type: "application/json", body: away });
  await serveNextBuild(/\/area-page-[\w-]+\.js$/);
  await context.setOffline(false);
  // As a browser does by itself at an opening, and once a day.
  await page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())");
  await until(
    () => page.evaluate<boolean>(`caches.match("${MARK}").then((found) => found !== undefined)`),
    "the next build on the phone",
  );
  await until(
    () =>
      page.evaluate<boolean>(
        "navigator.serviceWorker.getRegistration().then(({ active, installing, waiting }) => active?.state === 'activated' && !installing && !waiting)",
      ),
    "the next build at work",
  );
  expect(await buildOf(page)).toBeUndefined();
  await page.click(".phone-tabs a:has-text('片区')");
  await page.waitForSelector("#area");

  await page.reload();
  await shown(page, "1 条未发送");
  expect(await buildOf(page)).toBe("next");
  proxy.instead.delete(REPORTS);
  await page.evaluate("dispatchEvent(new Event('online'))");
  const reported = async () => {
    const { body } = await platform.api.get<{ items: { caseNo: string; source: string }[] }>(
      REPORTS,
    );
    return body.items.map(({ source }) => source);
  };
  await expect.poll(reported, { timeout: WAIT_MS_MAX }).toEqual(["patrol"]);
  await page.waitForSelector(".phone-unsent", { state: "detached" });
  expect(await reported()).toEqual(["patrol"]);
  await context.close();
});
