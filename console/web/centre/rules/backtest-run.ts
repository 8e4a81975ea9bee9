/** A backtest as the platform runs it: it tells how far it is, and what it found at the end. */
import { part, Refused, send } from "../../shared/api.ts";
import type { BacktestAnswer } from "../../shared/platform-types.ts";
import type { Value } from "./rule-schema.ts";

export interface BacktestProgress {
  devicesDone: number;
  devices: number;
  readings: number;
}
export interface BacktestAsk {
  ruleId: string;
  rule: Record<string, Value>;
  from: number;
  to: number;
  assetIds: readonly string[];
  signal: AbortSignal;
}

/** @throws Refused, Unreachable; what `signal` throws when it is given up */
export async function runBacktest(
  { ruleId, rule, from, to, assetIds, signal }: BacktestAsk,
  onProgress: (progress: BacktestProgress) => void,
): Promise<BacktestAnswer> {
  const { ruleId: _, version: __, ...body } = rule;
  const only = assetIds.length === 0 ? {} : { assetIds };
  const response = await send(
    "POST",
    `/api/v1/rules/${part(ruleId)}/backtest`,
    { from, to, rule: body, ...only },
    { signal, headers: { accept: "text/event-stream" } },
  );
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const chunk = await reader?.read();
    text += chunk?.value ?? "";
    const { events, rest } = eventsOf(text);
    text = rest;
    for (const { event, data } of events) {
      if (event === "progress") onProgress(data as BacktestProgress);
      if (event === "error") throw new Refused(response.status, data as { message?: string });
      if (event === "result") return data as BacktestAnswer;
    }
    if (chunk === undefined || chunk.done) throw new Refused(response.status, {});
  }
}

/** The events that are whole, and what has come of the next. */
export function eventsOf(text: string): {
  events: { event: string; data: unknown }[];
  rest: string;
} {
  const blocks = text.split("\n\n");
  const rest = blocks.pop() ?? "";
  const events = blocks.flatMap((block) => {
    const lines = block.split("\n");
    const event = lines
      .find((line) => line.startsWith("event:"))
      ?.slice(6)
      .trim();
    const data = lines
      .filter((line) => line.startsWith("data:"))
      .map((line) => line.slice(5))
      .join("\n");
    return event === undefined || data === "" ? [] : [{ event, data: JSON.parse(data) as unknown }];
  });
  return { events, rest };
}
