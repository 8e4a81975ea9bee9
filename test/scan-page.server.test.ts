/**
 * QR codes read by the pages themselves in a real Chromium, at the built platform: the film of its camera
 * shows labels as the platform draws them. Chromium on Linux has no `BarcodeDetector`, as most browsers.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, devices, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { labelSvg } from "../console/device-label.ts";
import { jpeg } from "../files/doubles/pictures.ts";
import { violationsOf } from "./support/axe.ts";
import { launchBrowser, signInOn } from "./support/browser.ts";
import { photoOf, seeing, writeFilm } from "./support/camera.ts";
import { foundCity } from "./support/city.ts";
import { ADMIN_PASSWORD } from "./support/platform.ts";
import { type PlatformProcess, startProcess } from "./support/process.ts";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-scan-"));
const kept = process.env.GRIDWARDEN_TEST_PICTURES;
const pictures = kept ?? mkdtempSync(join(tmpdir(), "gridwarden-pictures-"));
const PLATE = "4115240102000001";
const WAIT_MS_MAX = 15_000;

let platform: PlatformProcess;
let url: string;
let deviceLabel: string;
let plate: string;
/** Without a camera, before a device's label, and before a component's plate. */
let blind: Browser;
let atLabel: Browser;
let atPlate: Browser;

beforeAll(async () => {
  platform = await startProcess(directory);
  url = `http://127.0.0.1:${platform.ports.http}`;
  const city = await foundCity(platform.api);
  await city.addDevice("manhole-cover", "mc-1", { componentCode: PLATE, name: "北大街 17 号井" });
  await city.addDevice("streetlight", "sl-2", { device: { life: "stock" } });
  const inspector = { username: "hu", password: "correct horse", roles: ["inspector"] };
  await platform.api.post("/api/v1/users", { ...inspector, unitId: "works" });
  const path = "/api/v1/devices/sl-2/label.svg?base=https://console.example";
  deviceLabel = (await platform.api.get<string>(path)).body;
  const address = `${url}/report/#code=${PLATE}`;
  plate = labelSvg({ url: address, deviceId: PLATE, lines: ["井盖"] });
  await writeFilm(join(directory, "label.y4m"), deviceLabel);
  await writeFilm(join(directory, "plate.y4m"), plate);
  blind = await launchBrowser();
  atLabel = await launchBrowser(seeing(join(directory, "label.y4m")));
  atPlate = await launchBrowser(seeing(join(directory, "plate.y4m")));
}, 120_000);

afterAll(async () => {
  for (const browser of [blind, atLabel, atPlate]) await browser?.close();
  platform?.child.kill("SIGTERM");
  await platform?.ended;
  rmSync(directory, { recursive: true, force: true });
  if (kept === undefined) rmSync(pictures, { recursive: true, force: true });
});

interface Opened {
  page: Page;
  /** Of the page's code, its console and its content policy. */
  faults: string[];
  asked: string[];
}

async function open(browser: Browser, path: string, look: object = {}): Promise<Opened> {
  const context = await browser.newContext({ locale: "zh-CN", ...look });
  context.setDefaultTimeout(WAIT_MS_MAX);
  const page = await context.newPage();
  const opened: Opened = { page, faults: [], asked: [] };
  page.on("pageerror", (error) => opened.faults.push(error.message));
  page.on("console", (message) => {
    const isRefusal = /status of (401|404)/.test(message.text());
    if (message.type() === "error" && !isRefusal) opened.faults.push(message.text());
  });
  page.on("request", (request) => opened.asked.push(request.url()));
  await page.goto(url + path);
  return opened;
}

async function atInstalling(browser: Browser): Promise<Opened> {
  const opened = await open(browser, "/#/assets?view=scan&asset=asset-of-mc-1");
  await signInOn(opened.page, "admin", ADMIN_PASSWORD);
  return opened;
}

const PHONE: BrowserContextOptions = devices["Pixel 7"] ?? {};
const shown = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByText(text).first().waitFor();
const press = (page: Page, words: string): Promise<void> =>
  page.click(`button:text-is("${words}")`);
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: join(pictures, `scan-${name}.png`), fullPage: true });
const isReader = (address: string): boolean => /\/scanner-[\w-]+\.js$/.test(address);

test("a label before the camera is the device; the reader is loaded when somebody scans, not before", async () => {
  const { page, faults, asked } = await atInstalling(atLabel);
  await shown(page, "扫二维码");
  expect(asked.filter(isReader)).toEqual([]);
  await press(page, "扫二维码");
  await shown(page, "现在登记在部件 asset-of-sl-2");
  expect(await page.inputValue("[name=code]")).toBe("sl-2");
  expect(asked.filter(isReader)).toHaveLength(1);
  // Whoever works by the keys goes on from the button.
  expect(await page.locator("video").count()).toBe(0);
  expect(await page.evaluate("document.activeElement.textContent")).toBe("扫二维码");
  expect(faults).toEqual([]);
  await page.context().close();
});

test("another code than a device's is told as such, and the camera looks on until it is stopped", async () => {
  const { page, faults } = await atInstalling(atPlate);
  await press(page, "扫二维码");
  await shown(page, "这不是设备标签");
  const isPlaying = await page.evaluate<boolean>("!document.querySelector('video').paused");
  expect(isPlaying).toBe(true);
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "camera");
  const track = "window.track.readyState";
  await page.evaluate(
    "window.track = document.querySelector('video').srcObject.getVideoTracks()[0]",
  );
  expect(await page.evaluate(track)).toBe("live");
  await press(page, "关闭扫码");
  expect(await page.locator("video").count()).toBe(0);
  expect(await page.evaluate(track)).toBe("ended");
  expect(faults).toEqual([]);
  await page.context().close();
});

test("without a camera the page says so; a blurred, turned photo is read, and one without a code says so", async () => {
  const { page, faults } = await atInstalling(blind);
  await press(page, "扫二维码");
  await shown(page, "没有可用的摄像头");
  const photo = page.locator("[name=code-photo]");
  await photo.setInputFiles({
    ...{ name: "street.jpg", mimeType: "image/jpeg" },
    buffer: await jpeg(3, { width: 1_600, height: 1_200 }),
  });
  await shown(page, "照片里没有认出二维码");
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, "no-code");
  const text = { name: "a.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no photo") };
  await photo.setInputFiles(text);
  await shown(page, "这个文件不是能读取的照片");
  await photo.setInputFiles(await photoOf(deviceLabel, { widthPx: 2_000, degrees: 25, blur: 3 }));
  await shown(page, "现在登记在部件 asset-of-sl-2");
  expect(faults).toEqual([]);
  await page.context().close();
});

test("whoever refuses the camera is told where to allow it", async () => {
  const { page } = await atInstalling(blind);
  // A browser without a camera never asks whether it may: this one's has been refused.
  await page.evaluate(
    `navigator.mediaDevices.getUserMedia = () =>
      Promise.reject(new DOMException("Permission denied", "NotAllowedError"))`,
  );
  await press(page, "扫二维码");
  await shown(page, "请在浏览器的网站权限里允许");
  await page.click("#language");
  await shown(page, "Allow it in the site's permissions");
  await picture(page, "refused-english");
  await page.context().close();
});

test("a citizen scans the plate of a component instead of typing its code", async () => {
  const { page, faults } = await open(atPlate, "/report/", PHONE);
  await press(page, "扫二维码");
  await shown(page, /设施：.*井盖/);
  expect(await page.inputValue("[name=code]")).toBe(PLATE);
  expect(faults).toEqual([]);
  await page.context().close();

  const other = await open(atLabel, "/report/", { ...PHONE, locale: "en-GB" });
  await other.page.setViewportSize({ width: 320, height: 640 });
  await press(other.page, "Scan a QR code");
  await shown(other.page, "This is not the code of a plate");
  expect(await violationsOf(other.page)).toEqual([]);
  expect(await other.page.evaluate("document.documentElement.scrollWidth")).toBe(320);
  await picture(other.page, "citizen-narrow");
  expect(other.faults).toEqual([]);
  await other.page.context().close();
});

test.each([
  ["plate", "北大街 17 号井", "asset-of-mc-1"],
  ["label", "asset of sl-2", "asset-of-sl-2"],
])("an inspector reports a component by its %s", async (kind, name, assetId) => {
  const { page, faults } = await open(kind === "plate" ? atPlate : atLabel, "/phone/", PHONE);
  await page.click("summary");
  await signInOn(page, "hu", "correct horse");
  await page.click(".phone-tabs a:has-text('上报')");
  await press(page, "扫二维码");
  await shown(page, `部件：${name}`);
  await page.locator(".phone-near label", { hasText: name }).locator("input:checked").waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await picture(page, `inspector-${kind}`);
  await page.fill("[name=description]", "边框松动");
  await page.click("button[type=submit]:has-text('上报')");
  await shown(page, "已记下");
  await expect
    .poll(async () => {
      const path = `/api/v1/cases?assetId=${assetId}`;
      const { body } = await platform.api.get<{ items: { source: string }[] }>(path);
      return body.items.map(({ source }) => source);
    })
    .toEqual(["patrol"]);
  expect(faults).toEqual([]);
  await page.context().close();
});
