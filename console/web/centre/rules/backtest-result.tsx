/** What a backtest found: both rules in numbers, and the curve of an asset with what would have fired. */
import { useMemo, useState } from "preact/hooks";
import { get, part, path } from "../../shared/api.ts";
import { measurementOf } from "../../shared/catalogue.ts";
import { sayTime } from "../../shared/clock.ts";
import { Curve } from "../../shared/curve.tsx";
import { useLoaded } from "../../shared/loaded.ts";
import { Field, Loading } from "../../shared/parts.tsx";
import type {
  AlarmItem,
  BacktestAnswer,
  RuleItem,
  SeriesItem,
} from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { sayCount } from "../../shared/words.ts";
import { assetsFound, marksOf, measurementOfRule, plainLimits } from "./backtest-marks.ts";
import { nameOf } from "./condition-text.ts";
import type { Value } from "./rule-schema.ts";
import { say } from "./rules-words.ts";

interface ResultProps {
  rule: RuleItem;
  draft: Record<string, Value>;
  answer: BacktestAnswer;
}

export function BacktestResult(props: ResultProps) {
  const { answer } = props;
  const assets = assetsFound(answer);
  const [chosen, setChosen] = useState<string>();
  const assetId = chosen !== undefined && assets.includes(chosen) ? chosen : assets[0];
  return (
    <div class="rules-result" aria-live="polite">
      <p>
        {say("read", {
          ...{ assets: sayCount(answer.assets), devices: sayCount(answer.devices) },
          readings: sayCount(answer.readings),
        })}
      </p>
      <Numbers answer={answer} />
      <Only
        list={answer.onlyCandidate}
        word="onlyCandidate"
        count={answer.onlyCandidateCount}
        onChoose={setChosen}
      />
      <Only
        list={answer.onlyPresent}
        word="onlyPresent"
        count={answer.onlyPresentCount}
        onChoose={setChosen}
      />
      {assetId !== undefined && (
        <>
          <Field label={say("curveOf")}>
            <select
              name="curve-of"
              class="rules-pick"
              value={assetId}
              onChange={(event) => setChosen(event.currentTarget.value)}
            >
              {assets.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </Field>
          <Drawn {...props} assetId={assetId} />
        </>
      )}
    </div>
  );
}

const ROWS = ["alarms", "assetsWithAlarms", "cases", "ordersPerDay"] as const;
type Side = BacktestAnswer["candidate"];
const CELLS: Record<(typeof ROWS)[number], (side: Side) => string> = {
  alarms: ({ alarmCount }) => sayCount(alarmCount),
  assetsWithAlarms: ({ assetsWithAlarms }) => sayCount(assetsWithAlarms),
  cases: ({ casesCount }) => sayCount(casesCount),
  ordersPerDay: ({ ordersPerDay: { mean, max } }) => `${mean.toFixed(1)} / ${max}`,
};

function Numbers({ answer: { candidate, present } }: { answer: BacktestAnswer }) {
  return (
    <>
      <table class="rules-numbers">
        <thead>
          <tr>
            <td />
            <th scope="col" class="number">
              {say("candidate")}
            </th>
            {present !== undefined && (
              <th scope="col" class="number">
                {say("present")}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {ROWS.map((row) => (
            <tr key={row}>
              <th scope="row">{say(row)}</th>
              <td class="number">{CELLS[row](candidate)}</td>
              {present !== undefined && <td class="number">{CELLS[row](present)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {candidate.truncated && <p class="rules-warn">{say("truncated")}</p>}
    </>
  );
}

const LISTED_MAX = 50;

function Only({ list, word, count, onChoose }: OnlyProps) {
  if (count === 0) return null;
  return (
    <details>
      <summary>{say(word, { n: count })}</summary>
      <ul>
        {list.slice(0, LISTED_MAX).map(({ assetId, deviceId, raisedAt }) => (
          <li key={`${deviceId} ${raisedAt}`}>
            <button type="button" class="bare" onClick={() => onChoose(assetId)}>
              {sayTime(raisedAt)}
            </button>{" "}
            <a href={href("assets", assetId)}>{assetId}</a> {deviceId}
          </li>
        ))}
      </ul>
    </details>
  );
}

interface OnlyProps {
  list: BacktestAnswer["onlyCandidate"];
  word: "onlyCandidate" | "onlyPresent";
  count: number;
  onChoose(assetId: string): void;
}

/** Raw up to two days; beyond that by the peaks of pieces, so that what fired is seen. */
function piecesOf(spanMs: number): Record<string, string> {
  const hours = spanMs / 3_600_000;
  if (hours <= 48) return {};
  return { every: hours <= 24 * 14 ? "15m" : hours <= 24 * 60 ? "1h" : "6h" };
}

function Drawn({ rule, draft, answer, assetId }: ResultProps & { assetId: string }) {
  const condition = draft.condition as RuleItem["condition"];
  const measurement = measurementOfRule(condition);
  const from = Date.parse(answer.from);
  const to = Date.parse(answer.to);
  const loaded = useLoaded(async () => {
    const pieces = piecesOf(to - from);
    const isBelow = condition.kind === "limit" && condition.direction === "below";
    const fn = pieces.every === undefined ? undefined : isBelow ? "min" : "max";
    const [readings, fired] = await Promise.all([
      get<{ series: SeriesItem[] }>(
        path("/api/v1/readings", { assetId, measurement, from, to, ...pieces, fn }),
      ),
      get<{ items: AlarmItem[] }>(`/api/v1/alarms?assetId=${part(assetId)}&limit=1000`),
    ]);
    return { series: readings.series, fired: fired.items };
  }, [assetId, measurement, from, to]);
  const title = measurement === undefined ? "" : nameOf(rule.class, measurement);
  const info = measurement === undefined ? undefined : measurementOf(rule.class, measurement);
  const series = useMemo(
    () =>
      (loaded.value?.series ?? []).map(({ deviceId, unit, points }) => ({
        ...{ name: `${title} ${deviceId}`, unit, points },
        ...(info?.kind === "boolean" ? { states: [say("no"), say("yes")] as const } : {}),
      })),
    [loaded.value, title],
  );
  const words = {
    candidate: say("markCandidate"),
    present: say("markPresent"),
    fired: say("markFired"),
  };
  const marks = useMemo(
    () => marksOf(answer, assetId, loaded.value?.fired ?? [], words),
    [answer, assetId, loaded.value, words.fired],
  );
  const limits = useMemo(() => limitsOf(condition, rule.condition), [condition, rule, words.fired]);
  return (
    <Loading loaded={loaded}>
      {() => <Curve {...{ series, limits, marks, from, to }} label={`${assetId} · ${title}`} />}
    </Loading>
  );
}

/** The changed limit beside the one that stands, or one alone where they are the same. */
function limitsOf(changed: RuleItem["condition"], standing: RuleItem["condition"]) {
  const after = plainLimits(changed, say("newLimit"));
  const before = plainLimits(standing, say("oldLimit"));
  return [...after, ...before.filter(({ value }) => !after.some((each) => each.value === value))];
}
