/**
 * The phone's service worker: keeps the page's own files, so that it opens without network, and nothing
 * else; calls on the platform it never touches. A new build is fetched beside the old one, which stays for
 * the pages that are open, and is what the next opening shows.
 */

/** The list of a build, which puts it before all this. */
declare const PHONE_FILES: readonly string[];
const PAGE = "/phone/";
const PREFIX = "gridwarden-phone-";

/** What of a worker's own world is used here. */
interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asked extends Extendable {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Chosen extends Extendable {
  notification: { close(): void; data?: { href?: string } };
}
interface Client {
  url: string;
  focus(): Promise<unknown>;
  navigate(href: string): Promise<unknown>;
}
interface Worker {
  addEventListener(kind: "install" | "activate", listen: (event: Extendable) => void): void;
  addEventListener(kind: "fetch", listen: (event: Asked) => void): void;
  addEventListener(kind: "notificationclick", listen: (event: Chosen) => void): void;
  skipWaiting(): Promise<void>;
  clients: {
    claim(): Promise<void>;
    matchAll(which: { type: "window"; includeUncontrolled: boolean }): Promise<Client[]>;
    openWindow(href: string): Promise<unknown>;
  };
}
const worker = self as unknown as Worker;

/** A name that follows from the list. */
const nameOf = (files: readonly string[]): string =>
  PREFIX +
  [...files.join()].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7).toString(36);

async function install(): Promise<void> {
  const cache = await caches.open(nameOf(PHONE_FILES));
  await cache.addAll(PHONE_FILES.map((file) => new Request(file, { cache: "no-cache" })));
  await worker.skipWaiting();
}

/** The last build but one goes; the last one may still be open. */
async function activate(): Promise<void> {
  const own = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  const others = own.filter((name) => name !== nameOf(PHONE_FILES));
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

async function answer(request: Request): Promise<Response> {
  const isPage = request.mode === "navigate";
  const newest = await caches.open(nameOf(PHONE_FILES));
  const kept =
    (await newest.match(isPage ? PAGE : request, { ignoreVary: true })) ??
    (await caches.match(isPage ? PAGE : request, { ignoreVary: true }));
  return kept ?? (await fetch(request));
}

const isOwn = ({ method, url }: Request): boolean => {
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return false;
  return pathname === PAGE || PHONE_FILES.includes(pathname) || pathname.startsWith("/assets/");
};

async function open(href: string): Promise<void> {
  const all = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = all.find(({ url }) => new URL(url).pathname === PAGE);
  if (page === undefined) await worker.clients.openWindow(href);
  else {
    await page.focus();
    await page.navigate(href);
  }
}

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  if (isOwn(event.request)) event.respondWith(answer(event.request));
});
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.href ?? PAGE));
});
