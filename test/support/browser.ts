/** A real Chromium at the platform's page: Debian's own, or the one that the environment names. */
import {
  type Browser,
  type BrowserContext,
  type ConsoleMessage,
  chromium,
  type Page,
} from "playwright-core";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
/** As root in a container, and without any traffic of the browser's own. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const WAIT_MS_MAX = 15_000;

export interface Visit {
  page: Page;
  /** Errors of the page's code, of its console, and of its content policy. */
  faults: string[];
  /** Addresses outside the page's own origin that it asked for. */
  foreign: string[];
}

export function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...flags] });
}

/** With a profile of its own on disk, as a person's browser has it: in another nothing can be installed. */
export function launchProfile(directory: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(directory, { executablePath: CHROMIUM, args: FLAGS });
}

/** The browser stands in another zone than the platform. */
export async function visit(
  browser: Browser,
  url: string,
  look: { width?: number; height?: number; locale?: string } = {},
): Promise<Visit> {
  const { width = 1280, height = 800, locale = "zh-CN" } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    locale,
    timezoneId: "America/New_York",
  });
  context.setDefaultTimeout(WAIT_MS_MAX);
  const page = await context.newPage();
  const faults: string[] = [];
  const foreign: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() !== "error" || isAskedWhoIsThere(message)) return;
    faults.push(message.text());
  });
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) foreign.push(request.url());
  });
  await page.goto(url);
  return { page, faults, foreign };
}

/** A page asks first who is signed in; that nobody is, the browser calls an error. */
function isAskedWhoIsThere(message: ConsoleMessage): boolean {
  return message.location().url.endsWith("/api/v1/session") && message.text().includes("401");
}

export async function signInOn(page: Page, username: string, password: string): Promise<void> {
  await page.fill("#sign-in [name=username]", username);
  await page.fill("#sign-in [name=password]", password);
  await page.click("#sign-in [type=submit]");
}
