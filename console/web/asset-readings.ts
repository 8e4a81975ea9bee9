/** The newest readings of the chosen asset, and the tabs by which one measurement is picked. */
import type { LatestItem } from "./api.ts";
import type { Catalogue } from "./catalogue.ts";
import { $, keepRows, make, oneTabStop, setText } from "./dom.ts";
import { inLanguage, say, sayAge } from "./words.ts";

export interface AssetReadings {
  slug: string | undefined;
  latest: readonly LatestItem[];
  measurement: string | undefined;
}

export function measurementTabs(): HTMLElement[] {
  return [...$("measurements").querySelectorAll<HTMLElement>("button")];
}

export const measurementOfTab = (tab: HTMLElement): string | undefined =>
  tab.parentElement?.dataset.key;

export function showTabs(
  catalogue: Catalogue,
  { slug, latest, measurement }: AssetReadings,
  onPick: (measurement: string) => void,
): void {
  const names = inClassOrder(
    catalogue,
    slug,
    latest.map((item) => item.measurement),
  );
  keepRows($("measurements"), names, (name) => {
    const tab = make("button");
    tab.type = "button";
    tab.role = "tab";
    tab.setAttribute("aria-controls", "curve-room");
    tab.addEventListener("click", () => onPick(name));
    const holder = make("span", {}, tab);
    holder.role = "presentation";
    return holder;
  });
  for (const tab of measurementTabs()) {
    const name = measurementOfTab(tab) ?? "";
    setText(tab, nameOf(catalogue, slug, name));
    const isSelected = name === measurement;
    const wasSelected = tab.getAttribute("aria-selected") === "true";
    tab.setAttribute("aria-selected", String(isSelected));
    if (isSelected && !wasSelected) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  const selected = measurementTabs().find((tab) => measurementOfTab(tab) === measurement);
  oneTabStop(measurementTabs(), selected);
}

export function showLatest(
  catalogue: Catalogue,
  { slug, latest }: AssetReadings,
  now: number,
): void {
  const isOfOneDevice = new Set(latest.map((item) => item.deviceId)).size < 2;
  const byKey = new Map(latest.map((item) => [`${item.measurement} ${item.deviceId}`, item]));
  const body = $("latest").querySelector("tbody");
  if (body === null) return;
  keepRows(body, inClassOrder(catalogue, slug, [...byKey.keys()]), () =>
    make("tr", {}, make("th"), make("td"), make("td")),
  );
  for (const row of body.rows) {
    const item = byKey.get(row.dataset.key ?? "");
    if (item === undefined) continue;
    row.dataset.quality = item.quality;
    const [name = null, value = null, age = null] = [...row.cells];
    if (name !== null) name.scope = "row";
    const device = isOfOneDevice ? "" : ` · ${item.deviceId}`;
    setText(name, nameOf(catalogue, slug, item.measurement) + device);
    setText(value, valueText(catalogue, slug, item));
    setText(age, sayAge(now - Date.parse(item.observedAt)));
  }
}

function nameOf(catalogue: Catalogue, slug: string | undefined, measurement: string): string {
  const info = catalogue.measurementOf(slug, measurement);
  return info === undefined ? measurement : inLanguage(info.title);
}

function valueText(catalogue: Catalogue, slug: string | undefined, item: LatestItem): string {
  const info = catalogue.measurementOf(slug, item.measurement);
  const value =
    info?.kind === "boolean"
      ? say(item.value === 1 ? "trueValue" : "falseValue")
      : `${item.value.toFixed(info?.decimals ?? 2)} ${item.unit}`.trim();
  if (item.quality === "good") return value;
  return `${value} · ${say(item.quality === "bad" ? "qualityBad" : "qualitySuspect")}`;
}

/** Each once, as the class names its measurements. A key begins with its measurement. */
function inClassOrder(
  catalogue: Catalogue,
  slug: string | undefined,
  keys: readonly string[],
): string[] {
  const order = catalogue.classOf(slug)?.measurements.map((each) => each.name) ?? [];
  const at = (key: string): number => {
    const found = order.indexOf(key.split(" ")[0] ?? "");
    return found < 0 ? order.length : found;
  };
  return [...new Set(keys)].sort((a, b) => at(a) - at(b) || a.localeCompare(b));
}
