/**
 * The first page: a live map of the assets, the open cases with their time left, and the curve of
 * the asset that was chosen. It follows the platform's stream and asks again where it must.
 */
import * as api from "./api.ts";
import { type Choice, createAssetPanel } from "./asset-panel.ts";
import { caseInAddress, deviceInAddress } from "./case-address.ts";
import { byUrgency } from "./case-times.ts";
import { conditionText, createCasesList, drillMark } from "./cases-list.ts";
import { createCatalogue, NO_SOURCE } from "./catalogue.ts";
import { $, canvasOf, make, setText } from "./dom.ts";
import { restoreLanguage, sayDocument, switchLanguage } from "./language.ts";
import { createLive } from "./live.ts";
import { createMap } from "./map.ts";
import { classColour } from "./map-drawing.ts";
import { createNoticesList } from "./notices-list.ts";
import { createPlatformClock, formatTime } from "./platform-time.ts";
import { createSignIn } from "./sign-in.ts";
import { inLanguage, STATES, say, sayCount } from "./words.ts";

const REFRESH_MS = 5_000;
/** The stream tells every change of a case; the whole list is asked for now and then all the same. */
const ALL_CASES_EACH = 6;
const PARTS_SIGNED_IN = ["console", "summary", "connection", "sign-out"];
const isOnPhone = (): boolean => window.matchMedia("(max-width: 760px)").matches;

let map: api.MapData = { classes: [], grids: [], items: [] };
let catalogue = createCatalogue(NO_SOURCE);
let cases = new Map<string, api.CaseItem>();
let hasMoreCases = false;
let isShowingCasesDue = false;
let knownDangers: Set<string> | undefined;
let turns = 0;
/** Asked for by the page's address, and not shown yet. */
let addressed = caseInAddress(location.hash);
let addressedDevice = deviceInAddress(location.hash);
const clock = createPlatformClock(Date.now(), () => performance.now());

const mapView = createMap({
  ground: canvasOf("map-ground"),
  moving: canvasOf("map"),
  onChooseAsset: (assetId) => choose({ assetId }),
  onChooseCase: chooseCase,
});
const assetPanel = createAssetPanel({
  catalogue: () => catalogue,
  now: clock.now,
  offsetMinutes: clock.offsetMinutes,
  guarded,
  titleOf: (item) => conditionText(catalogue, item),
});
const casesList = createCasesList({
  catalogue: () => catalogue,
  now: clock.now,
  assetName: async (assetId) => (await api.asset(assetId)).name,
  onChoose(item) {
    mapView.goTo(item.lon, item.lat);
    chooseCase(item);
  },
});
const noticesList = createNoticesList({
  now: clock.now,
  guarded,
  onChoose(caseNo) {
    const item = cases.get(caseNo);
    if (item === undefined) return;
    mapView.goTo(item.lon, item.lat);
    chooseCase(item);
    casesList.focus(caseNo);
  },
});
const signIn = createSignIn(() => guarded(enter));
const live = createLive({
  onOpen: () => guarded(refreshAll),
  onEvent: onStream,
  onSignInNeeded: askToSignIn,
});

function chooseCase(item: api.CaseItem): void {
  choose({ assetId: item.assetId, item });
}

function choose(choice: Choice | undefined): void {
  const { assetId, item } = choice ?? {};
  guarded(async () => {
    await assetPanel.choose(choice);
    // By now the readings have taken their room from the list.
    if (item !== undefined && !isOnPhone()) casesList.reveal(item.caseNo);
  });
  mapView.choose(choice === undefined ? undefined : { assetId, ...placeOf(item) });
  casesList.mark(choice === undefined ? undefined : { assetId, caseNo: item?.caseNo });
  // Of a phone's one column the map and the asset come first.
  if (choice !== undefined && isOnPhone()) $("console").scrollTo({ top: 0 });
}

const placeOf = (item: api.CaseItem | undefined): { lon?: number; lat?: number } =>
  item === undefined ? {} : { lon: item.lon, lat: item.lat };

function sayAll(): void {
  sayDocument();
  live.sayAgain();
  signIn.sayAgain();
  showLegend();
  showCounts();
  casesList.sayAgain();
  noticesList.sayAgain();
  assetPanel.sayAgain();
  tick();
}

function showLegend(): void {
  const counts = new Map<number, number>();
  for (const [, classIndex] of map.items) {
    counts.set(classIndex, (counts.get(classIndex) ?? 0) + 1);
  }
  const rows = map.classes.map((each, n) => ({ text: inLanguage(each.title), n }));
  $("legend-rows").replaceChildren(
    ...[...rows, { text: say("plain"), n: -1 }].map(({ text, n }) => {
      const dot = make("i");
      dot.style.background = classColour(n);
      const count = make("b", { text: sayCount(counts.get(n) ?? 0) });
      return make("li", {}, dot, make("span", { text }), count);
    }),
  );
}

function showCases(): void {
  const open = [...cases.values()];
  casesList.show(open);
  mapView.showCases(open);
  showCounts();
  announceDangers();
}

function showCounts(): void {
  const isDanger = ({ lifeSafety, isDrill }: api.CaseItem) => lifeSafety && isDrill !== true;
  const dangers = [...cases.values()].filter(isDanger).length;
  const drills = [...cases.values()].filter((each) => each.lifeSafety).length - dangers;
  if (signIn.isShown()) return;
  setText(
    $("summary"),
    say("summary", {
      assets: sayCount(map.items.length),
      cases: sayCount(cases.size) + (hasMoreCases ? "+" : ""),
    }),
  );
  $("danger").hidden = dangers + drills === 0;
  const counted = [
    ...(dangers === 0 ? [] : [say("dangerCases", { n: sayCount(dangers) })]),
    ...(drills === 0 ? [] : [say("drillCases", { n: sayCount(drills) })]),
  ];
  setText($("danger"), counted.join(" · "));
  document.title = dangers === 0 ? "gridwarden" : `(${dangers}) gridwarden`;
}

/** A danger to life that is new since the page was opened is told at once, also to the ear. */
function announceDangers(): void {
  const dangers = [...cases.values()].filter((each) => each.lifeSafety);
  for (const item of dangers) {
    if (knownDangers === undefined || knownDangers.has(item.caseNo)) continue;
    const title = drillMark(item) + conditionText(catalogue, item);
    $("announcement").textContent = say("dangerNew", { title });
    $("danger").dataset.isNew = "";
  }
  knownDangers = new Set(dangers.map((each) => each.caseNo));
}

function showMostUrgentDanger(): void {
  delete $("danger").dataset.isNew;
  const dangers = [...cases.values()].filter((each) => each.lifeSafety).sort(byUrgency);
  const item = dangers.find((each) => each.isDrill !== true) ?? dangers[0];
  if (item === undefined) return;
  mapView.goTo(item.lon, item.lat);
  chooseCase(item);
  casesList.focus(item.caseNo);
}

function onStream({ event, data }: api.StreamEvent): void {
  if (event === "notice") guarded(noticesList.refresh);
  if (event === "reading" && typeof data.assetId === "string") mapView.pulse(data.assetId);
  if (event !== "case") return;
  const item = data as unknown as api.CaseItem;
  if (item.state in STATES) cases.set(item.caseNo, item);
  else cases.delete(item.caseNo);
  if (isShowingCasesDue) return;
  isShowingCasesDue = true;
  // A storm of changes is shown once a frame.
  requestAnimationFrame(() => {
    isShowingCasesDue = false;
    showCases();
  });
}

async function refreshCases(): Promise<void> {
  const { items, next } = await api.openCases();
  cases = new Map(items.map((item) => [item.caseNo, item]));
  hasMoreCases = next !== undefined;
  showCases();
}

async function refreshAll(): Promise<void> {
  clock.set(await api.health());
  await refreshCases();
  await noticesList.refresh();
  await assetPanel.refresh();
  await showAddressed();
}

/** Open or closed; of a number that is no case's nothing is shown. */
async function showAddressed(): Promise<void> {
  await showAddressedDevice();
  const caseNo = addressed;
  if (caseNo === undefined) return;
  const item = cases.get(caseNo) ?? (await api.caseOf(caseNo).catch(noneIfRefused));
  addressed = undefined;
  if (item === undefined) return;
  mapView.goTo(item.lon, item.lat);
  chooseCase(item);
  casesList.focus(caseNo);
}

/** Of an id that is no device's nothing is shown. */
async function showAddressedDevice(): Promise<void> {
  const deviceId = addressedDevice;
  if (deviceId === undefined) return;
  const assetId = await api.assetIdOfDevice(deviceId).catch(noneIfRefused);
  addressedDevice = undefined;
  if (assetId !== undefined) choose({ assetId });
}

function noneIfRefused(error: unknown): undefined {
  if (!(error instanceof api.RefusedCall)) throw error;
}

async function refresh(): Promise<void> {
  turns += 1;
  if (turns % ALL_CASES_EACH === 0) return refreshAll();
  clock.set(await api.health());
  await assetPanel.refresh();
}

async function enter(): Promise<void> {
  const [places, rules, units, crews] = await Promise.all([
    api.mapData(),
    api.rules(),
    api.units(),
    api.crews(),
  ]);
  map = places;
  catalogue = createCatalogue({ classes: map.classes, rules, units, crews });
  signIn.hide();
  for (const id of PARTS_SIGNED_IN) $(id).hidden = false;
  mapView.load(map);
  sayAll();
  live.start();
}

function leave(): void {
  live.stop();
  for (const id of [...PARTS_SIGNED_IN, "danger"]) $(id).hidden = true;
  document.title = "gridwarden";
}

/** The session has ended: what was chosen is still there after the next sign-in. */
function askToSignIn(): void {
  if (signIn.isShown()) return;
  leave();
  signIn.show("ended");
}

/** A token that has ended asks for a new sign-in; anything else is tried again by the next turn. */
function guarded(work: () => Promise<void>): void {
  work().catch((error: unknown) => {
    if (error instanceof api.SignInNeeded) askToSignIn();
    else live.lost();
  });
}

function tick(): void {
  setText($("clock"), formatTime(clock.now(), clock.offsetMinutes()));
  casesList.tick();
  noticesList.tick();
  assetPanel.tick();
}

$("sign-out").addEventListener("click", () => {
  api.signOut();
  choose(undefined);
  cases.clear();
  knownDangers = undefined;
  leave();
  signIn.show();
});
$("language").addEventListener("click", () => {
  switchLanguage();
  sayAll();
});
$("danger").addEventListener("click", showMostUrgentDanger);
$("asset-close").addEventListener("click", () => choose(undefined));
$("zoom-in").addEventListener("click", () => mapView.zoom(1.5));
$("zoom-out").addEventListener("click", () => mapView.zoom(1 / 1.5));
$("zoom-all").addEventListener("click", () => mapView.showAll());
setInterval(tick, 1000);
setInterval(() => {
  if (api.isSignedIn() && !signIn.isShown()) guarded(refresh);
}, REFRESH_MS);

window.addEventListener("hashchange", () => {
  addressed = caseInAddress(location.hash);
  addressedDevice = deviceInAddress(location.hash);
  if (api.isSignedIn() && !signIn.isShown()) guarded(showAddressed);
});

restoreLanguage();
$<HTMLDetailsElement>("legend").open = !isOnPhone();
guarded(async () => clock.set(await api.health()));
sayAll();
if (api.isSignedIn()) guarded(enter);
else signIn.show();
