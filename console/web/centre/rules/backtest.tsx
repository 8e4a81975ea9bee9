/** A changed rule tried on the past before it is saved: how far it is, what it found, and the curve of it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { now } from "../../shared/clock.ts";
import { Fault, Field } from "../../shared/parts.tsx";
import type { BacktestAnswer, RuleItem } from "../../shared/platform-types.ts";
import { sayCount } from "../../shared/words.ts";
import { BacktestResult } from "./backtest-result.tsx";
import { type BacktestProgress, runBacktest } from "./backtest-run.ts";
import { dayOf, dayStart } from "./days.ts";
import type { Value } from "./rule-schema.ts";
import { say } from "./rules-words.ts";

const DAY_MS = 86_400_000;
const SPAN_DAYS = 7;

interface BacktestProps {
  rule: RuleItem;
  draft: Record<string, Value>;
  isFaulty: boolean;
}

export function Backtest({ rule, draft, isFaulty }: BacktestProps) {
  const [from, setFrom] = useState(() => dayOf(now.peek() - (SPAN_DAYS - 1) * DAY_MS));
  const [to, setTo] = useState(() => dayOf(now.peek()));
  const [assetIds, setAssetIds] = useState("");
  const [progress, setProgress] = useState<BacktestProgress>();
  const [found, setFound] = useState<{ answer: BacktestAnswer; draft: Record<string, Value> }>();
  const [fault, setFault] = useState<unknown>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  async function run(event: Event): Promise<void> {
    event.preventDefault();
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    setFault(undefined);
    setProgress({ devicesDone: 0, devices: 0, readings: 0 });
    try {
      const answer = await runBacktest(
        {
          ...{ ruleId: rule.ruleId, rule: draft, from: dayStart(from) },
          to: Math.min(dayStart(to) + DAY_MS, Math.floor(now.peek())),
          assetIds: assetIds.split(/[\s,]+/).filter((id) => id !== ""),
          signal: mine.signal,
        },
        setProgress,
      );
      setFound({ answer, draft });
    } catch (refused) {
      if (!mine.signal.aborted) setFault(refused);
    }
    if (running.current === mine) setProgress(undefined);
  }
  return (
    <section class="card" aria-labelledby="rule-backtest">
      <h2 id="rule-backtest">{say("backtest")}</h2>
      <p class="rules-hint">{say("backtestHint")}</p>
      <form class="rules-actions" onSubmit={(event) => void run(event)}>
        <Field label={say("from")}>
          <input
            type="date"
            name="from"
            required
            value={from}
            max={to}
            onInput={(event) => setFrom(event.currentTarget.value)}
          />
        </Field>
        <Field label={say("to")}>
          <input
            type="date"
            name="to"
            required
            value={to}
            min={from}
            onInput={(event) => setTo(event.currentTarget.value)}
          />
        </Field>
        <Field label={say("assetsAsked")}>
          <textarea
            name="assetIds"
            rows={1}
            placeholder={say("allAssets")}
            value={assetIds}
            onInput={(event) => setAssetIds(event.currentTarget.value)}
          />
        </Field>
        <button type="submit" disabled={isFaulty || progress !== undefined}>
          {say("backtestRun")}
        </button>
        {progress !== undefined && (
          <button type="button" onClick={() => running.current?.abort()}>
            {say("backtestStop")}
          </button>
        )}
      </form>
      <p role="status">
        {progress !== undefined &&
          say("progress", {
            ...{ done: progress.devicesDone, all: progress.devices },
            n: sayCount(progress.readings),
          })}
      </p>
      <Fault fault={fault} />
      {found !== undefined && found.draft !== draft && <p class="rules-warn">{say("stale")}</p>}
      {found !== undefined && <BacktestResult rule={rule} {...found} />}
    </section>
  );
}
