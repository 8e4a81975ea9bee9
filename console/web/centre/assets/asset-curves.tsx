/** The curves of an asset with the limits of its rules, and the newest value of each measurement. */
import { useMemo, useState } from "preact/hooks";
import { get, part } from "../../shared/api.ts";
import { conditionText, measurementOf } from "../../shared/catalogue.ts";
import { now } from "../../shared/clock.ts";
import { Curve, type CurveMark, type CurveSeries } from "../../shared/curve.tsx";
import { useLoaded } from "../../shared/loaded.ts";
import { Field, Loading } from "../../shared/parts.tsx";
import type {
  AlarmItem,
  AssetItem,
  CaseItem,
  LatestItem,
  RuleItem,
  SeriesItem,
} from "../../shared/platform-types.ts";
import { route, setQuery } from "../../shared/router.ts";
import { inLanguage } from "../../shared/words.ts";
import { limitsFor, peakOf } from "./asset-limits.ts";
import { say } from "./assets-words.ts";
import { curvePath, everyOf, SPAN_NAMES, SPANS, spanOf } from "./curve-query.ts";
import { LatestTable } from "./latest-table.tsx";
import { measurementName } from "./names.ts";
import { useFresh } from "./use-fresh.ts";

interface CurvesProps {
  asset: AssetItem;
  rules: readonly RuleItem[];
  alarms: readonly AlarmItem[];
  cases: readonly CaseItem[];
}

const ALL = "all";

export function AssetCurves(props: CurvesProps) {
  const { asset } = props;
  const fresh = useFresh(asset.assetId, ["reading"]);
  const latest = useLoaded(
    () => get<{ items: LatestItem[] }>(`/api/v1/readings/latest?assetId=${part(asset.assetId)}`),
    [asset.assetId, fresh],
  );
  const marks = useMarks(props);
  return (
    <section class="card assets-curves" aria-labelledby="asset-curves">
      <h2 id="asset-curves">{say("curves")}</h2>
      <Loading loaded={latest}>
        {({ items }) => {
          if (items.length === 0) return <p class="quiet">{say("noReadings")}</p>;
          const names = namesOf(asset, items);
          const asked = route.value.query.get("m");
          const chosen = asked === ALL ? names : [names.find((name) => name === asked) ?? names[0]];
          return (
            <>
              <Choices asset={asset} names={names} chosen={asked === ALL ? ALL : chosen[0]} />
              {chosen.map((name) => (
                <OneCurve key={name} {...props} name={name ?? ""} fresh={fresh} marks={marks} />
              ))}
              <LatestTable slug={asset.class} items={items} />
            </>
          );
        }}
      </Loading>
    </section>
  );
}

/** In the order of the class: what it is about comes first; then what else is sent. */
function namesOf(asset: AssetItem, items: readonly LatestItem[]): string[] {
  const sent = [...new Set(items.map(({ measurement }) => measurement))];
  const rank = (name: string): number => {
    const found = measurementOf(asset.class, name);
    return found === undefined ? 1 : 0;
  };
  return sent.sort((a, b) => rank(a) - rank(b));
}

function Choices({ asset, names, chosen }: ChoicesProps) {
  const span = spanOf(route.value.query.get("span"));
  return (
    <div class="assets-choices">
      <Field label={say("measurement")}>
        <select
          name="m"
          value={chosen ?? ""}
          onChange={(event) => setQuery({ m: event.currentTarget.value })}
        >
          {names.map((name) => (
            <option key={name} value={name}>
              {measurementName(asset.class, name)}
            </option>
          ))}
          <option value={ALL}>{say("allCurves")}</option>
        </select>
      </Field>
      <Field label={say("span")}>
        <select
          name="span"
          value={span}
          onChange={(event) => setQuery({ span: event.currentTarget.value })}
        >
          {SPAN_NAMES.map((name) => (
            <option key={name} value={name}>
              {say(SPAN_WORDS[name])}
            </option>
          ))}
        </select>
      </Field>
    </div>
  );
}

interface ChoicesProps {
  asset: AssetItem;
  names: readonly string[];
  chosen: string | undefined;
}

const SPAN_WORDS = {
  "1h": "span1h",
  "6h": "span6h",
  "24h": "span24h",
  "7d": "span7d",
  "30d": "span30d",
  "365d": "span365d",
} as const;

function OneCurve(
  props: CurvesProps & { name: string; fresh: number; marks: readonly CurveMark[] },
) {
  const { asset, rules, name, fresh, marks } = props;
  const spanMs = SPANS[spanOf(route.value.query.get("span"))];
  // A moment that stays while the same is shown; a short span goes on with what is told.
  const beat = spanMs <= SPANS["24h"] ? fresh : 0;
  const to = useMemo(() => Math.ceil(now.peek()), [spanMs, beat]);
  const [view, setView] = useState<{ from: number; to: number }>();
  const shown = view ?? { from: to - spanMs, to };
  const found = limitsFor(rules, asset, name);
  const fn = peakOf(found);
  const loaded = useLoaded(
    () =>
      get<{ series: SeriesItem[] }>(
        curvePath({ assetId: asset.assetId, measurement: name, ...shown, fn }),
      ),
    [asset.assetId, name, shown.from, shown.to, fn],
  );
  const info = measurementOf(asset.class, name);
  const states = info?.kind === "boolean" ? ([say("no"), say("yes")] as const) : undefined;
  const title = measurementName(asset.class, name);
  const series = useMemo(
    () => (loaded.value?.series ?? []).map((each) => seriesOf(each, title, states)),
    [loaded.value, title],
  );
  const limits = useMemo(
    () => found.map(({ value, title: named }) => ({ value, label: inLanguage(named) })),
    [rules, asset, name, title],
  );
  const every = everyOf(shown.to - shown.from);
  return (
    <article class="assets-curve" aria-label={title}>
      <h3>
        {title} {every !== undefined && <small>{say(PIECE_WORDS[fn], { every })}</small>}
      </h3>
      <Loading loaded={loaded}>
        {() => (
          <Curve
            {...{ series, limits, marks, from: to - spanMs, to }}
            label={`${asset.name} · ${title}`}
            onZoom={(from, until) => {
              const isWhole = from <= to - spanMs && until >= to;
              setView(isWhole ? undefined : { from, to: until });
            }}
          />
        )}
      </Loading>
    </article>
  );
}

const PIECE_WORDS = { max: "pieceMax", min: "pieceMin", mean: "pieceMean" } as const;

function seriesOf(
  { deviceId, unit, points }: SeriesItem,
  title: string,
  states: readonly [string, string] | undefined,
): CurveSeries {
  const line = { name: `${title} ${deviceId}`, unit, points };
  return states === undefined ? line : { ...line, states };
}

function useMarks({ alarms, cases, rules }: CurvesProps): CurveMark[] {
  const titleOf = (ruleId: string): string => {
    const found = rules.find((rule) => rule.ruleId === ruleId);
    return found === undefined ? ruleId : inLanguage(found.title);
  };
  const language = say("markAlarm");
  return useMemo(
    () => [
      ...alarms.map((alarm) => ({
        ...{ kind: "alarm", kindName: say("markAlarm"), label: titleOf(alarm.ruleId) },
        ...spanOfMark(alarm.raisedAt, alarm.returnedAt ?? alarm.clearedAt),
      })),
      ...cases.map((item) => ({
        ...{
          kind: "case",
          kindName: say("markCase"),
          label: `${item.caseNo} ${conditionText(item)}`,
        },
        ...spanOfMark(item.openedAt, undefined),
      })),
    ],
    [alarms, cases, language],
  );
}

function spanOfMark(from: string, to: string | undefined): { at: number; until?: number } {
  const at = Date.parse(from);
  return to === undefined ? { at } : { at, until: Date.parse(to) };
}
