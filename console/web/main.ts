/**
 * The first page: a live map of the assets, the open cases with their time left, and the curve of
 * the asset that was chosen. It follows the platform's stream and asks again where it must.
 */
import * as api from "./api.ts";
import { drawCurve } from "./curve.ts";
import { CLASS_COLOURS, createMap, PLAIN_COLOUR } from "./map.ts";
import {
  currentLanguage,
  inLanguage,
  say,
  sayAge,
  sayDuration,
  sayState,
  switchLanguage,
} from "./words.ts";

const DAY_MS = 86_400_000;
const REFRESH_MS = 5_000;
const CASES_AFTER_CHANGE_MS = 200;
const RECONNECT_MS = 2_000;
const DUE_SOON_SHARE = 0.2;

const $ = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

let map: api.MapData = { classes: [], grids: [], items: [] };
let cases: api.CaseItem[] = [];
let rules: api.RuleItem[] = [];
let chosen: { asset: api.AssetItem; measurement: string | undefined } | undefined;
let latest: api.LatestItem[] = [];
/** The platform's time may run at another pace than the wall's. */
let clock = { now: Date.now(), at: performance.now(), speed: 1 };
let casesTimer: number | undefined;
let following = new AbortController();

const mapView = createMap($("map") as unknown as HTMLCanvasElement, (assetId) => {
  void chooseAsset(assetId);
});

const platformNow = (): number => clock.now + (performance.now() - clock.at) * clock.speed;
const classOf = (slug: string | undefined): api.ClassInfo | undefined =>
  map.classes.find((each) => each.slug === slug);

function sayAll(): void {
  document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
  $("language").textContent = say("otherLanguage");
  $("sign-out").textContent = say("signOut");
  $("sign-in-title").textContent = say("signIn");
  $("sign-in-button").textContent = say("signIn");
  $("username-label").textContent = say("username");
  $("password-label").textContent = say("password");
  $("cases-title").textContent = say("openCases");
  $("no-cases").textContent = say("noCases");
  $("map").setAttribute("aria-label", say("map"));
  $("zoom-in").title = say("zoomIn");
  $("zoom-out").title = say("zoomOut");
  $("zoom-all").title = say("all");
  sayConnection();
  showLegend();
  showCases();
  showAsset();
}

function sayConnection(): void {
  const words = {
    live: "connectionLive",
    lost: "connectionLost",
    waiting: "connectionWaiting",
  } as const;
  const state = ($("connection").dataset.state ?? "waiting") as keyof typeof words;
  $("connection").textContent = say(words[state]);
}

function setConnection(state: "live" | "lost" | "waiting"): void {
  $("connection").dataset.state = state;
  sayConnection();
}

function showLegend(): void {
  const counts = new Map<number, number>();
  for (const [, classIndex] of map.items) {
    counts.set(classIndex, (counts.get(classIndex) ?? 0) + 1);
  }
  const rows = map.classes.map((each, n) => ({ text: inLanguage(each.title), n }));
  $("legend").replaceChildren(
    ...[...rows, { text: say("plain"), n: -1 }].map(({ text, n }) => {
      const row = document.createElement("li");
      const dot = document.createElement("i");
      dot.style.background = n < 0 ? PLAIN_COLOUR : (CLASS_COLOURS[n] ?? PLAIN_COLOUR);
      const count = document.createElement("b");
      count.textContent = (counts.get(n) ?? 0).toLocaleString();
      row.append(dot, text, count);
      return row;
    }),
  );
}

function titleOf(item: api.CaseItem): string {
  const conditions = classOf(item.class)?.conditions ?? [];
  const condition = conditions.find((each) => each.conditionId === item.conditionId);
  return condition === undefined
    ? (item.description ?? item.conditionId)
    : inLanguage(condition.title);
}

function showCases(): void {
  const urgentFirst = [...cases].sort(
    (a, b) =>
      Number(b.lifeSafety) - Number(a.lifeSafety) ||
      (a.deadline ?? "~").localeCompare(b.deadline ?? "~"),
  );
  $("cases").replaceChildren(...urgentFirst.map(caseRow));
  $("no-cases").hidden = cases.length > 0;
  $("summary").textContent = say("summary", {
    assets: map.items.length.toLocaleString(),
    cases: cases.length.toLocaleString(),
  });
  mapView.showCases(cases);
  showTimes();
}

function caseRow(item: api.CaseItem): HTMLElement {
  const row = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  if (item.lifeSafety) button.classList.add("life-safety");
  if (item.assetId !== undefined && item.assetId === chosen?.asset.assetId) {
    button.setAttribute("aria-current", "true");
  }
  const title = document.createElement("strong");
  title.textContent = titleOf(item);
  const left = document.createElement("span");
  left.className = "left";
  left.dataset.caseNo = item.caseNo;
  const more = document.createElement("small");
  const className = classOf(item.class)?.title;
  more.textContent = [
    className === undefined ? undefined : inLanguage(className),
    item.assetId,
    sayState(item.state),
    item.unitId,
    item.crewId,
    item.caseNo,
  ]
    .filter((part) => part !== undefined)
    .join(" · ");
  button.append(title, left, more);
  button.addEventListener("click", () => {
    mapView.goTo(item.lon, item.lat);
    if (item.assetId !== undefined) void chooseAsset(item.assetId);
  });
  row.append(button);
  return row;
}

/** Time left of each case and the clock: every second, without building the list again. */
function showTimes(): void {
  const now = platformNow();
  $("clock").textContent = new Date(now).toLocaleString(
    currentLanguage() === "zh" ? "zh-CN" : "en-GB",
  );
  const byNo = new Map(cases.map((each) => [each.caseNo, each]));
  for (const span of document.querySelectorAll<HTMLElement>("#cases .left")) {
    const item = byNo.get(span.dataset.caseNo ?? "");
    if (item === undefined) continue;
    if (item.deadline === undefined) {
      const until = item.reviewUntil === undefined ? 0 : Date.parse(item.reviewUntil) - now;
      span.textContent = until > 0 ? say("review", { t: sayDuration(until) }) : "";
      continue;
    }
    const leftMs = Date.parse(item.deadline) - now;
    const wholeMs = Date.parse(item.deadline) - Date.parse(item.openedAt);
    span.dataset.due = leftMs < 0 ? "over" : leftMs < wholeMs * DUE_SOON_SHARE ? "soon" : "calm";
    const text = say(leftMs < 0 ? "over" : "left", { t: sayDuration(leftMs) });
    span.textContent = text + (item.deadlineProvisional === true ? say("provisional") : "");
  }
}

async function chooseAsset(assetId: string): Promise<void> {
  chosen = { asset: await api.asset(assetId), measurement: undefined };
  mapView.choose(assetId);
  showCases();
  await refreshAsset();
}

async function refreshAsset(): Promise<void> {
  if (chosen === undefined) return;
  const { assetId } = chosen.asset;
  const found = await api.latest(assetId);
  if (chosen?.asset.assetId !== assetId) return;
  latest = found;
  chosen.measurement ??= firstMeasurement();
  showAsset();
  if (chosen.measurement === undefined) return;
  const to = platformNow();
  const series = await api.curve(assetId, chosen.measurement, to - DAY_MS, to + 1);
  if (chosen?.asset.assetId !== assetId) return;
  showCurve(series, to);
}

/** The first that the class names, of those there are: what the class is about comes first. */
function firstMeasurement(): string | undefined {
  const named = classOf(chosen?.asset.class)?.measurements ?? [];
  const there = new Set(latest.map((item) => item.measurement));
  return named.find((each) => there.has(each.name))?.name ?? latest[0]?.measurement;
}

function infoOf(measurement: string): api.MeasurementInfo | undefined {
  return classOf(chosen?.asset.class)?.measurements.find((each) => each.name === measurement);
}

function showAsset(): void {
  $("asset-room").hidden = chosen === undefined;
  if (chosen === undefined) return;
  const { asset } = chosen;
  const title = classOf(asset.class)?.title;
  $("asset-title").textContent =
    `${asset.name} ${title === undefined ? "" : `(${inLanguage(title)})`}`.trim();
  $("asset-facts").textContent = [
    asset.assetId,
    asset.componentCode,
    asset.gridCell,
    asset.responsibleGrid,
  ]
    .filter((part) => part !== undefined)
    .join(" · ");
  const names = [...new Set(latest.map((item) => item.measurement))];
  $("measurements").replaceChildren(
    ...names.map((name) => {
      const button = document.createElement("button");
      button.type = "button";
      button.role = "tab";
      const info = infoOf(name);
      button.textContent = info === undefined ? name : inLanguage(info.title);
      button.setAttribute("aria-selected", String(name === chosen?.measurement));
      button.addEventListener("click", () => {
        if (chosen !== undefined) chosen.measurement = name;
        void refreshAsset();
      });
      return button;
    }),
  );
  $("latest")
    .querySelector("tbody")
    ?.replaceChildren(...latest.map(latestRow));
}

function latestRow(item: api.LatestItem): HTMLElement {
  const info = infoOf(item.measurement);
  const row = document.createElement("tr");
  row.dataset.quality = item.quality;
  row.title = [item.deviceId, ...item.flags].join(" · ");
  const value =
    info?.kind === "boolean"
      ? item.value === 1
        ? "✓"
        : "–"
      : item.value.toFixed(info?.decimals ?? 2);
  const age = sayAge(platformNow() - Date.parse(item.observedAt));
  for (const text of [
    info === undefined ? item.measurement : inLanguage(info.title),
    `${value} ${item.unit}`.trim(),
    age,
  ]) {
    const cell = document.createElement("td");
    cell.textContent = text;
    row.append(cell);
  }
  return row;
}

function showCurve(series: readonly api.SeriesItem[], to: number): void {
  const name = chosen?.measurement ?? "";
  const info = infoOf(name);
  const limits = rules
    .filter((rule) => rule.enabled && rule.class === chosen?.asset.class)
    .filter((rule) => rule.condition.kind === "limit" && rule.condition.measurement === name)
    .flatMap((rule) => rule.condition.raise ?? []);
  drawCurve($("curve") as unknown as HTMLCanvasElement, {
    series,
    from: to - DAY_MS,
    to,
    limits: [...new Set(limits)],
    unit: `${info?.unit ?? ""}  ${say("last24h")}`.trim(),
    isBoolean: info?.kind === "boolean",
    emptyText: say("noData"),
  });
}

function onStream({ event, data }: api.StreamEvent): void {
  if (event === "reading") {
    const assetId = data.assetId;
    if (typeof assetId === "string") mapView.pulse(assetId);
  }
  if (event !== "case" || casesTimer !== undefined) return;
  // A storm of changes asks once.
  casesTimer = window.setTimeout(() => {
    casesTimer = undefined;
    void refreshCases();
  }, CASES_AFTER_CHANGE_MS);
}

async function refreshCases(): Promise<void> {
  cases = await api.openCases();
  showCases();
}

async function keepFollowing(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await api.follow(() => setConnection("live"), onStream, signal);
    } catch (error) {
      if (error instanceof api.SignInNeeded) return showSignIn();
    }
    if (signal.aborted) return;
    setConnection("lost");
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
    await refresh().catch(() => {});
  }
}

async function refresh(): Promise<void> {
  const health = await api.health();
  clock = { now: Date.parse(health.now), at: performance.now(), speed: health.speed };
  await refreshCases();
  await refreshAsset();
}

async function enter(): Promise<void> {
  $("sign-in").hidden = true;
  document.querySelector("main")?.removeAttribute("hidden");
  $("sign-out").hidden = false;
  [map, rules] = await Promise.all([api.mapData(), api.rules()]);
  mapView.load(map);
  showLegend();
  await refresh();
  following.abort();
  following = new AbortController();
  void keepFollowing(following.signal);
}

function showSignIn(): void {
  following.abort();
  document.querySelector("main")?.setAttribute("hidden", "");
  $("sign-out").hidden = true;
  $("sign-in").hidden = false;
  $("username").focus();
}

/** A token that has ended asks for a new sign-in; anything else is tried again by the next turn. */
function guarded(work: () => Promise<void>): () => void {
  return () => {
    work().catch((error: unknown) => {
      if (error instanceof api.SignInNeeded) showSignIn();
      else setConnection("lost");
    });
  };
}

$("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  guarded(async () => {
    const username = ($("username") as HTMLInputElement).value;
    const password = ($("password") as HTMLInputElement).value;
    const fault = await api.signIn(username, password);
    $("sign-in-fault").textContent = fault ?? "";
    if (fault === undefined) await enter();
  })();
});
$("sign-out").addEventListener("click", () => {
  api.signOut();
  showSignIn();
});
$("language").addEventListener("click", () => {
  switchLanguage();
  sayAll();
  void refreshAsset();
});
$("zoom-in").addEventListener("click", () => mapView.zoom(1.5));
$("zoom-out").addEventListener("click", () => mapView.zoom(1 / 1.5));
$("zoom-all").addEventListener("click", () => mapView.showAll());
setInterval(showTimes, 1000);
setInterval(
  guarded(async () => {
    if (api.isSignedIn() && $("sign-in").hidden) await refresh();
  }),
  REFRESH_MS,
);

sayAll();
if (api.isSignedIn()) guarded(enter)();
else showSignIn();
