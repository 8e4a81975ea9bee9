/** The curve of the chosen measurement with its legend; asks again only when something new came. */
import * as api from "./api.ts";
import type { Catalogue } from "./catalogue.ts";
import { curveColour, drawCurve } from "./curve.ts";
import { HOUR_MS, SPAN_MS_MAX, spanOf } from "./curve-scale.ts";
import { $, canvasOf, keepRows, make, setText } from "./dom.ts";
import { inLanguage, say } from "./words.ts";

interface CurveChoice {
  assetId: string;
  slug: string | undefined;
  measurement: string;
  latest: readonly api.LatestItem[];
}

export interface CurvePanel {
  refresh(chosen: CurveChoice): Promise<void>;
  clear(): void;
  sayAgain(): void;
}

interface CurvePanelDeps {
  catalogue(): Catalogue;
  now(): number;
  offsetMinutes(): number;
}

export function createCurvePanel(deps: CurvePanelDeps): CurvePanel {
  let shown: { chosen: CurveChoice; series: api.SeriesItem[]; to: number } | undefined;
  let shownKey = "";
  let wantedKey = "";
  new ResizeObserver(draw).observe($("curve-room"));

  async function refresh(chosen: CurveChoice): Promise<void> {
    const to = deps.now();
    const key = keyOf(chosen);
    wantedKey = key;
    if (key === shownKey && shown !== undefined) {
      shown = { ...shown, to };
      return draw();
    }
    const { assetId, measurement } = chosen;
    const found = await api.curve(assetId, measurement, to - SPAN_MS_MAX, to + 1);
    if (wantedKey !== key) return;
    const series = found.sort((a, b) => a.deviceId.localeCompare(b.deviceId));
    shown = { chosen, series, to };
    shownKey = key;
    draw();
  }

  function draw(): void {
    const canvas = canvasOf("curve");
    if (shown === undefined || canvas.clientWidth === 0) return;
    const { chosen, series, to } = shown;
    const { slug, measurement } = chosen;
    const span = spanOf(
      series.map((each) => each.points),
      to,
    );
    const title = titleOf(chosen, span);
    setText($("curve-title"), title);
    canvas.setAttribute("aria-label", title);
    drawCurve(canvas, {
      series,
      from: to - span,
      to,
      offsetMinutes: deps.offsetMinutes(),
      limits: deps.catalogue().limitsOf(slug, measurement),
      isBoolean: deps.catalogue().measurementOf(slug, measurement)?.kind === "boolean",
      booleanLabels: [say("falseValue"), say("trueValue")],
      emptyText: say("noData"),
    });
    showLegend(series);
  }

  function titleOf({ slug, measurement, latest }: CurveChoice, span: number): string {
    const info = deps.catalogue().measurementOf(slug, measurement);
    const name = info === undefined ? measurement : inLanguage(info.title);
    const unit = latest.find((item) => item.measurement === measurement)?.unit ?? "";
    const n = span / HOUR_MS;
    return say("curveOf", { name: unit === "" ? name : `${name} (${unit})`, n });
  }

  return {
    refresh,
    clear() {
      shown = undefined;
      shownKey = "";
      wantedKey = "";
      keepRows($("curve-legend"), [], () => make("li"));
      const canvas = canvasOf("curve");
      canvas.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
    },
    sayAgain: draw,
  };
}

/** Whose curve, and how new: while this stays the same there is nothing to ask for. */
function keyOf({ assetId, measurement, latest }: CurveChoice): string {
  const newest = latest
    .filter((item) => item.measurement === measurement)
    .map((item) => item.deviceId + item.observedAt);
  return [assetId, measurement, ...newest.sort()].join(" ");
}

/** Which line is which device's; one line needs no words. */
function showLegend(series: readonly api.SeriesItem[]): void {
  const devices = series.length < 2 ? [] : series.map((each) => each.deviceId);
  keepRows($("curve-legend"), devices, () => make("li", {}, make("i"), make("span")));
  for (const [n, deviceId] of devices.entries()) {
    const row = $("curve-legend").children[n];
    const dot = row?.querySelector("i");
    if (dot !== undefined && dot !== null) dot.style.background = curveColour(n);
    setText(row?.querySelector("span") ?? null, deviceId);
  }
}
