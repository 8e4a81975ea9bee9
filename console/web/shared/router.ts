/**
 * Which page is shown: the address after `#`, such as `#/cases/4115242026112700012?tab=history`. The
 * filters of a page stand in it, so that an address can be sent to a colleague.
 */
import { signal } from "@preact/signals";

export interface Route {
  /** `["cases", "411…"]` */
  parts: string[];
  query: URLSearchParams;
}

export const route = signal<Route>(routeOf(""));

/** Older addresses, as in dashboards and messages: `#case=…` and `#device=…`. */
export function routeOf(hash: string): Route {
  const text = hash
    .replace(/^#/, "")
    .replace(/^case=/, "/cases/")
    .replace(/^device=/, "/devices/");
  const [where = "", query = ""] = text.split("?", 2);
  const parts = where.split("/").filter((each) => each !== "");
  return { parts: parts.map(decoded), query: new URLSearchParams(query) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** `href("cases", caseNo)` is `#/cases/…`. */
export function href(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

export function go(...parts: string[]): void {
  location.hash = href(...parts);
}

/** Sets filters in the address without a step in the browser's history; "" takes one out. */
export function setQuery(changes: Record<string, string>): void {
  const query = new URLSearchParams(route.value.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  history.replaceState(null, "", href(...route.value.parts) + (text === "" ? "" : `?${text}`));
  route.value = { parts: route.value.parts, query };
}

/** Whether the page may be left at once; where not, it goes on by `leave` if somebody says so. */
type Guard = (leave: () => void) => boolean;
let guard: Guard | undefined;

/** Asked before another page is shown; where it says no the page stays. Answers what ends it. */
export function guardLeaving(asked: Guard): () => void {
  guard = asked;
  return () => {
    if (guard === asked) guard = undefined;
  };
}

/** As when somebody signs out. */
export function leaveBy(leave: () => void): void {
  if (guard === undefined || guard(leave)) leave();
}

export function startRouter(): void {
  const read = (): void => {
    route.value = routeOf(location.hash);
  };
  window.addEventListener("hashchange", ({ oldURL }) => {
    const { hash } = location;
    const leave = (): void => {
      location.hash = hash;
    };
    if (guard === undefined || guard(leave)) read();
    else history.pushState(null, "", new URL(oldURL).hash);
  });
  read();
}
