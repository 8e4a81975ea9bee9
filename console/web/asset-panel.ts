/** The chosen asset: what it is, its newest readings, and the curve of one measurement. */
import * as api from "./api.ts";
import {
  type AssetReadings,
  measurementOfTab,
  measurementTabs,
  showLatest,
  showTabs,
} from "./asset-readings.ts";
import type { Catalogue } from "./catalogue.ts";
import { createCurvePanel } from "./curve-panel.ts";
import { $, moveByArrows, setText } from "./dom.ts";
import { inLanguage, say, type Word } from "./words.ts";

export interface Choice {
  assetId?: string | undefined;
  /** The case through which it was chosen. */
  item?: api.CaseItem | undefined;
}

export interface AssetPanel {
  choose(choice: Choice | undefined): Promise<void>;
  choice(): Choice | undefined;
  refresh(): Promise<void>;
  /** Every second: ages. */
  tick(): void;
  sayAgain(): void;
}

interface AssetPanelDeps {
  catalogue(): Catalogue;
  now(): number;
  offsetMinutes(): number;
  /** Runs work of the page that may find the session ended. */
  guarded(work: () => Promise<void>): void;
  titleOf(item: api.CaseItem): string;
}

export function createAssetPanel(deps: AssetPanelDeps): AssetPanel {
  let choice: Choice | undefined;
  let asset: api.AssetItem | undefined;
  let latest: api.LatestItem[] = [];
  let measurement: string | undefined;
  /** What stands in place of readings while there are none. */
  let emptyWord: Word | undefined;
  const curve = createCurvePanel(deps);

  moveByArrows($("measurements"), measurementTabs, (tab) => pickMeasurement(measurementOfTab(tab)));

  async function refresh(): Promise<void> {
    const assetId = choice?.assetId;
    if (assetId === undefined) return;
    try {
      const [theAsset, found, fired] = await Promise.all([
        asset ?? api.asset(assetId),
        api.latest(assetId),
        measurement ?? firedBy(choice?.item),
      ]);
      if (choice?.assetId !== assetId) return;
      asset = theAsset;
      measurement ??= fired;
      latest = found;
    } catch (error) {
      if (!(error instanceof api.RefusedCall) || error.status !== 404) throw error;
      // The asset is no longer registered; the case stays.
      if (choice?.assetId === assetId) choice = { item: choice.item };
    }
    measurement = pickable(measurement) ?? firstMeasurement();
    emptyWord = latest.length > 0 ? undefined : emptyReason();
    show();
    if (choice?.assetId !== undefined && measurement !== undefined) {
      await curve.refresh({ assetId, slug: asset?.class, measurement, latest });
    }
  }

  function emptyReason(): Word {
    if (choice?.assetId === undefined) return "noAsset";
    return asset?.class === undefined ? "noSensor" : "noReadings";
  }

  /** What the case was opened on is what a reader wants to see first. */
  async function firedBy(item: api.CaseItem | undefined): Promise<string | undefined> {
    if (item === undefined) return undefined;
    return (await api.caseEvidence(item.caseNo)).find((each) => each.measurement)?.measurement;
  }

  const pickable = (name: string | undefined): string | undefined =>
    latest.some((item) => item.measurement === name) ? name : undefined;

  /** The first that the class names, of those there are: what the class is about comes first. */
  function firstMeasurement(): string | undefined {
    const named = deps.catalogue().classOf(asset?.class)?.measurements ?? [];
    const first = named.find((each) => pickable(each.name) !== undefined);
    return first?.name ?? latest[0]?.measurement;
  }

  function pickMeasurement(name: string | undefined): void {
    if (name === undefined || name === measurement) return;
    measurement = name;
    show();
    deps.guarded(refresh);
  }

  const readings = (): AssetReadings => ({ slug: asset?.class, latest, measurement });

  function show(): void {
    $("asset-room").hidden = choice === undefined;
    $("choose-hint").hidden = choice !== undefined;
    if (choice === undefined) return;
    showHead(choice);
    const hasReadings = latest.length > 0;
    for (const id of ["measurements", "curve-room", "latest"]) $(id).hidden = !hasReadings;
    $("no-readings").hidden = emptyWord === undefined;
    setText($("no-readings"), emptyWord === undefined ? "" : say(emptyWord));
    showTabs(deps.catalogue(), readings(), pickMeasurement);
    showLatest(deps.catalogue(), readings(), deps.now());
    curve.sayAgain();
  }

  function showHead({ assetId, item }: Choice): void {
    const title = deps.catalogue().classOf(asset?.class)?.title;
    const kind = title === undefined ? "" : ` (${inLanguage(title)})`;
    const fallback = item === undefined ? (assetId ?? "") : deps.titleOf(item);
    setText($("asset-title"), asset === undefined ? fallback : asset.name + kind);
    const facts = [
      asset?.assetId,
      asset?.componentCode === asset?.assetId ? undefined : asset?.componentCode,
      asset?.gridCell,
      asset?.responsibleGrid,
      asset === undefined ? (item?.address ?? item?.description) : undefined,
    ];
    setText($("asset-facts"), facts.filter((part) => part !== undefined).join(" · "));
  }

  return {
    async choose(next) {
      const isOther = next === undefined || next.assetId !== choice?.assetId;
      if (isOther || next?.item?.caseNo !== choice?.item?.caseNo) measurement = undefined;
      choice = next;
      if (isOther) {
        asset = undefined;
        latest = [];
        curve.clear();
      }
      emptyWord = next !== undefined && next.assetId === undefined ? "noAsset" : undefined;
      show();
      await refresh();
    },
    choice: () => choice,
    refresh,
    tick() {
      if (choice !== undefined) showLatest(deps.catalogue(), readings(), deps.now());
    },
    sayAgain: show,
  };
}
