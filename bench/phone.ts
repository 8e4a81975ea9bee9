/**
 * The crew's page on a slow phone: Chromium with its processor slowed down four times, on slow 4G, with
 * nothing kept from before, from the navigation until the orders can be read; and what it loads for that.
 */
import { gzipSync } from "node:zlib";
import type { BrowserContext, CDPSession, Page } from "playwright-core";
import type { Row } from "./bench.ts";
import { importCovers, registerCrew } from "./fleet.ts";
import { get, median, pause, post, type RunningPlatform, runPlatform } from "./processes.ts";

const ORDERS = 30;
const CPU_SLOWER = 4;
/** Slow 4G, as Lighthouse has it. */
const ROUND_TRIP_MS = 150;
const DOWN_BITS = 1_600_000;
const UP_BITS = 750_000;
const VIEW_MS_WANTED = 2_500;
const SCRIPT_KB_WANTED = 150;
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
];
const TITLE = ".phone-order-title";
/** Not its id: the names have come, too. */
const TITLE_WORDS = "破损";

interface View {
  ms: number;
  scriptBytes: number;
}

export async function measurePhone(runs: number): Promise<Row[]> {
  // Only this benchmark wants a browser.
  const { chromium, devices } = await import("playwright-core");
  const platform = await runPlatform();
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  try {
    await fillOrders(platform);
    const views: View[] = [];
    for (let run = 0; run < runs; run += 1) {
      const context = await browser.newContext({ ...devices["Pixel 7"], locale: "zh-CN" });
      views.push(await viewOrders(context, platform));
      await context.close();
    }
    const ms = median(views.map((view) => view.ms));
    const kilobytes = median(views.map(({ scriptBytes }) => scriptBytes)) / 1_000;
    return [
      {
        what: `the crew's page on a slow phone (${CPU_SLOWER} × slower, slow 4G, nothing kept): until ${ORDERS} orders are shown`,
        measured: `${(ms / 1_000).toFixed(2)} s`,
        wanted: `${VIEW_MS_WANTED / 1_000} s`,
      },
      {
        what: "JavaScript that it loads for that, compressed",
        measured: `${kilobytes.toFixed(1)} kB`,
        wanted: `${SCRIPT_KB_WANTED} kB`,
      },
    ];
  } finally {
    await browser.close();
    await platform.stop();
  }
}

/** Orders of one crew, with a user who has it. */
async function fillOrders(platform: RunningPlatform): Promise<void> {
  const { http } = platform.ports;
  const { token } = platform;
  await registerCrew(platform, "works", "crew-1");
  await importCovers(platform, ORDERS, () => "works");
  for (let n = 0; n < ORDERS; n += 1) {
    const report = { assetId: `cover-${n}`, conditionId: "cover-broken", source: "patrol" };
    const { caseNo } = await post<{ caseNo: string }>(http, token, "/api/v1/cases", report);
    await post(http, token, `/api/v1/cases/${caseNo}/transitions`, { event: "confirm" });
  }
}

async function viewOrders(context: BrowserContext, platform: RunningPlatform): Promise<View> {
  const origin = `http://127.0.0.1:${platform.ports.http}`;
  const { http } = platform.ports;
  const codes = "/api/v1/crews/crew-1/sign-in-codes";
  const { code } = await post<{ code: string }>(http, platform.token, codes, {});
  const signedIn = await context.request.post(`${origin}/api/v1/session/code`, {
    data: { code },
    headers: { "x-gridwarden-page": "1", origin },
  });
  if (!signedIn.ok()) throw new Error(`the sign-in answered ${signedIn.status()}`);
  const page = await context.newPage();
  const browser = await context.newCDPSession(page);
  await slowDown(browser);
  const scripts: string[] = [];
  page.on("response", (response) => {
    const type = response.headers()["content-type"] ?? "";
    const isScript = type.includes("javascript") && !response.url().endsWith("sw.js");
    if (isScript) scripts.push(new URL(response.url()).pathname);
  });
  // Of the page itself: a driver that looks now and then would add its own pace.
  await page.addInitScript(`new MutationObserver((_changes, observer) => {
    const title = document.querySelector(${JSON.stringify(TITLE)});
    if (title?.textContent.includes(${JSON.stringify(TITLE_WORDS)}) !== true) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.ordersShownMs = performance.now(); }));
  }).observe(document, { childList: true, subtree: true, characterData: true })`);
  await page.goto(`${origin}/phone/`, { waitUntil: "commit" });
  await page.waitForSelector(TITLE, { timeout: 60_000 });
  const ms = await noted(page);
  const sizes = await Promise.all(scripts.map((path) => compressedBytes(platform, path)));
  return { ms, scriptBytes: sizes.reduce((sum, bytes) => sum + bytes, 0) };
}

/** The frame after the one in which the orders came notes when they were to be seen. */
async function noted(page: Page): Promise<number> {
  for (;;) {
    const ms = await page.evaluate<number | undefined>("window.ordersShownMs");
    if (ms !== undefined) return ms;
    await pause(20);
  }
}

async function slowDown(browser: CDPSession): Promise<void> {
  await browser.send("Network.enable");
  await browser.send("Network.clearBrowserCache");
  await browser.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: ROUND_TRIP_MS,
    downloadThroughput: DOWN_BITS / 8,
    uploadThroughput: UP_BITS / 8,
  });
  await browser.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWER });
}

/** As gzip makes it, whichever encoding went over this line. */
async function compressedBytes(platform: RunningPlatform, path: string): Promise<number> {
  const script = await (await get(platform, path)).arrayBuffer();
  return gzipSync(new Uint8Array(script), { level: 9 }).length;
}
