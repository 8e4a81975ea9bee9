/**
 * How the centre calls on a person, by what a real Chromium makes of it: the sound as samples on their way
 * to the loudspeaker, notifications that the desktop has shown, the lock that keeps a wall's screen awake.
 * Headless, nobody can click a notification and no page is ever hidden: there the event itself is sent.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, signInOn } from "./support/browser.ts";
import { type City, connect, foundCity } from "./support/city.ts";
import { ADMIN_PASSWORD, until } from "./support/platform.ts";
import { type PlatformProcess, startProcess } from "./support/process.ts";
import { tonesIn } from "./support/tones.ts";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-announcing-"));
const WAIT_MS_MAX = 15_000;
let platform: PlatformProcess;
let city: City;
let browser: Browser;
let context: BrowserContext;
let url: string;
const clients: MqttClient[] = [];

/** Signs in, and leaves the session to the pages that follow. */
beforeAll(async () => {
  platform = await startProcess(directory);
  city = await foundCity(platform.api);
  browser = await launchBrowser();
  url = `http://127.0.0.1:${platform.ports.http}/`;
  context = await browser.newContext({ locale: "zh-CN" });
  context.setDefaultTimeout(WAIT_MS_MAX);
  await context.grantPermissions(["notifications", "screen-wake-lock"]);
  const page = await context.newPage();
  await page.goto(url);
  await signInOn(page, "admin", ADMIN_PASSWORD);
  await page.waitForSelector("#connection[data-state=live]");
  await page.close();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  for (const client of clients) await client.endAsync(true);
  platform?.child.kill("SIGTERM");
  await platform?.ended;
  rmSync(directory, { recursive: true, force: true });
});

async function liftLid(deviceId: string): Promise<void> {
  const key = await city.addDevice("manhole-cover", deviceId);
  const client = await connect(platform.ports.mqtt, deviceId, key);
  clients.push(client);
  const values = { tiltDeg: 38.5, isOpen: true };
  const topic = `v1/manhole-cover/${deviceId}/telemetry`;
  await client.publishAsync(topic, JSON.stringify({ values }), { qos: 1 });
}

/**
 * Records what goes to the loudspeaker, from the making of the page's audio on, and keeps the notifications
 * beside those of the desktop.
 */
const LISTENING = `
  window.sounds = 0;
  const Context = AudioContext;
  window.AudioContext = class extends Context {
    constructor(...options) {
      super(...options);
      const tap = this.createMediaStreamDestination();
      window.recorder = new MediaRecorder(tap.stream);
      window.recorder.start();
      this.tap = tap;
    }
  };
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...more) {
    if (to instanceof AudioDestinationNode) {
      window.sounds += 1;
      window.endsAt = to.context.currentTime + 2;
      window.isOver = () => to.context.currentTime > window.endsAt;
      connect.call(this, to.context.tap);
    }
    return connect.call(this, to, ...more);
  };
  window.told = [];
  const Shown = Notification;
  window.Notification = class extends Shown {
    constructor(title, options) {
      super(title, options);
      const said = { title, body: options.body, tag: options.tag, isShown: false, desktop: this };
      this.addEventListener("show", () => { said.isShown = true; });
      window.told.push(said);
    }
  };`;

/** A page that nobody has touched: what the test asks of it does not count as a gesture, as a locator's would. */
async function openUntouched(): Promise<{ page: Page; ask: <T>(code: string) => Promise<T> }> {
  const page = await context.newPage();
  await page.addInitScript(LISTENING);
  const devtools = await context.newCDPSession(page);
  const ask = async <T>(expression: string): Promise<T> => {
    const asked = { expression, returnByValue: true, userGesture: false };
    const { result } = await devtools.send("Runtime.evaluate", asked);
    return result.value as T;
  };
  await page.goto(url, { waitUntil: "commit" });
  await until(
    () => ask("document.querySelector('#connection')?.dataset.state === 'live'"),
    "the stream",
  );
  return { page, ask };
}

interface Told {
  title: string;
  body: string;
  tag: string;
  isShown: boolean;
}
const TOLD = "window.told.map(({ desktop: _, ...said }) => said)";
/** What was recorded, decoded, in thousandths of full loudness. */
const RECORDED = `new Promise((resolve) => {
    window.recorder.ondataavailable = ({ data }) => resolve(data.arrayBuffer());
    window.recorder.stop();
  })
  .then((bytes) => new OfflineAudioContext(1, 1, 48_000).decodeAudioData(bytes))
  .then((sound) => Array.from(sound.getChannelData(0), (each) => Math.round(each * 1000)))`;
const RATE_HZ = 48_000;
const SOUND = "document.querySelector('#sound').dataset.state";

test("a danger is heard as three pairs of tones: not before the first gesture, and not while muted", async () => {
  const { page, ask } = await openUntouched();
  expect(await ask(SOUND)).toBe("locked");
  await liftLid("mc-1");
  const toldOf = (count: number): Promise<unknown> =>
    until(async () => (await ask<Told[]>(TOLD)).length === count, `notification ${count}`);
  await toldOf(1);
  expect([await ask("window.sounds"), await ask(SOUND)]).toEqual([0, "locked"]);

  // Whoever presses the button that says so wants to hear, and not to mute.
  await page.click("#sound");
  await page.waitForSelector("#sound[data-state=on]");
  await liftLid("mc-2");
  await toldOf(2);
  await until(() => ask("window.isOver()"), "the end of the sound");
  const tones = tonesIn(await page.evaluate<number[]>(RECORDED), RATE_HZ, [660, 880]);
  expect(tones.map(({ hz }) => hz)).toEqual([880, 660, 880, 660, 880, 660]);
  const sounded = tones.reduce((sum, { seconds }) => sum + seconds, 0);
  expect(sounded).toBeGreaterThan(0.8);
  expect(sounded).toBeLessThan(1.3);

  await page.click("#sound");
  await page.waitForSelector("#sound[data-state=muted]");
  await liftLid("mc-3");
  await toldOf(3);
  expect(await ask("window.sounds")).toBe(1);
  await page.click("#sound");
  await page.waitForSelector("#sound[data-state=on]");
  await page.close();
});

test("a danger is a notification of the desktop, which leads to its case", async () => {
  const { page, ask } = await openUntouched();
  await liftLid("mc-4");
  await until(async () => (await ask<Told[]>(TOLD)).some(({ isShown }) => isShown), "it on show");
  const [told, ...others] = await ask<Told[]>(TOLD);
  expect(others).toEqual([]);
  const path = "/api/v1/cases?assetId=asset-of-mc-4";
  const { body } = await platform.api.get<{ items: { caseNo: string }[] }>(path);
  expect(told).toMatchObject({ tag: body.items[0]?.caseNo });
  expect(told?.title).toContain("安全案卷");
  await page.evaluate("window.told[0].desktop.dispatchEvent(new Event('click'))");
  await page.waitForURL(`${url}#/now?case=${body.items[0]?.caseNo}`);
  await page.close();
});

/** Keeps each lock that the browser has given. */
const LOCKS = `
  window.locks = [];
  const request = WakeLock.prototype.request;
  WakeLock.prototype.request = async function (kind) {
    const lock = await request.call(this, kind);
    window.locks.push(lock);
    return lock;
  };`;

test("the wall keeps its screen awake, again after it was hidden, and lets it go when it is left", async () => {
  const page = await context.newPage();
  await page.addInitScript(LOCKS);
  await page.goto(`${url}#/wall`);
  const held = (): Promise<boolean[]> =>
    page.evaluate("window.locks.map((lock) => !lock.released)");
  await expect.poll(held).toEqual([true]);
  // As a browser does it when a page is hidden, and shown again.
  await page.evaluate("window.locks[0].release()");
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  await expect.poll(held).toEqual([false, true]);
  await page.keyboard.press("f");
  await page.waitForSelector(".bar", { state: "visible" });
  await expect.poll(held).toEqual([false, false]);
  await page.close();
});
