/**
 * The alarm machine as tables of Markdown, rendered by asking it: every state under every input,
 * and what is told while something holds the alarm. `npx tsx test/support/alarm-table.ts` writes
 * them into the page of alarms; a test compares.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isTold } from "../../alerts/alarm-holds.ts";
import { nextAlarm } from "../../alerts/alarm-machine.ts";
import {
  type AlarmDelays,
  type AlarmEffect,
  type AlarmInput,
  type AlarmMachineState,
  delayEndsAt,
} from "../../alerts/alarm-states.ts";

const RAISED = 500;
const BEGAN = 1_000;
/** Delays end after 100, the reminder is due by then, too. */
const WHILE = 1_050;
const AFTER = 1_500;
const RULE: AlarmDelays = {
  onDelayMs: 100,
  offDelayMs: 100,
  realarmMs: 600,
  isJudgedAt: () => true,
};

const STATES: readonly AlarmMachineState[] = [
  { state: "normal" },
  { state: "pending", since: BEGAN },
  { state: "unacknowledged", raisedAt: RAISED },
  { state: "unacknowledged", raisedAt: RAISED, normalSince: BEGAN },
  { state: "acknowledged", raisedAt: RAISED },
  { state: "acknowledged", raisedAt: RAISED, normalSince: BEGAN },
  { state: "returned", raisedAt: RAISED },
  { state: "returned", raisedAt: RAISED, abnormalSince: BEGAN },
  { state: "latched", raisedAt: RAISED, isAcknowledged: false },
  { state: "latched", raisedAt: RAISED, isAcknowledged: false, abnormalSince: BEGAN },
  { state: "latched", raisedAt: RAISED, isAcknowledged: true },
  { state: "latched", raisedAt: RAISED, isAcknowledged: true, abnormalSince: BEGAN },
];
const INPUTS: readonly AlarmInput["kind"][] = [
  "abnormal",
  "normal",
  "between",
  "unknown",
  "tick",
  "acknowledge",
  "reset",
];
const EFFECTS: readonly Exclude<AlarmEffect["kind"], "ignored">[] = [
  "raised",
  "severity",
  "realarmed",
  "acknowledged",
  "returned",
  "latched",
  "cleared",
];

export const TABLE_BEGIN = "<!-- rendered by test/support/alarm-table.ts -->";
export const TABLE_END = "<!-- end -->";

/** A row for each pair of state and input. */
export function machineRows(): string[] {
  return STATES.flatMap((state) =>
    INPUTS.map((kind) => {
      const endsLater = delayEndsAt(state, RULE) !== undefined;
      const cells = [nameOf(state), kind, cellOf(state, kind, WHILE)];
      return rowOf([...cells, endsLater ? cellOf(state, kind, AFTER) : ""]);
    }),
  );
}

export function alarmTables(): string {
  const told = EFFECTS.map((kind) => {
    const word = (isUntold: boolean, isHeld: boolean): string =>
      isTold(kind, { isUntold, isHeld }) ? "told" : "kept back";
    const begun = kind === "raised" ? "" : word(true, false);
    return rowOf([kind, word(false, false), word(false, true), begun]);
  });
  return [
    rowOf(["state", "input", "while no delay has ended", "after its delay has ended"]),
    rowOf(["---", "---", "---", "---"]),
    ...machineRows(),
    "",
    rowOf(["effect", "nothing holds it", "held", "began while it was held"]),
    rowOf(["---", "---", "---", "---"]),
    ...told,
  ].join("\n");
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function cellOf(state: AlarmMachineState, kind: AlarmInput["kind"], now: number): string {
  const plain = stepText(state, kind, RULE, now);
  const latching = stepText(state, kind, { ...RULE, isLatching: true }, now);
  return plain === latching ? plain : `${plain}; of a latching rule ${latching}`;
}

function stepText(
  state: AlarmMachineState,
  kind: AlarmInput["kind"],
  rule: AlarmDelays,
  now: number,
): string {
  const step = nextAlarm(state, { kind }, rule, now);
  const ignored = step.effects.find((effect) => effect.kind === "ignored");
  if (ignored !== undefined) return `ignored: ${ignored.why}`;
  const told = step.effects.map((effect) => effect.kind).join(", ");
  const to = nameOf(step.state) === nameOf(state) ? "stays" : `→ ${nameOf(step.state)}`;
  return told === "" ? to : `${to}; *${told}*`;
}

function nameOf(state: AlarmMachineState): string {
  switch (state.state) {
    case "normal":
    case "pending":
      return state.state;
    case "unacknowledged":
    case "acknowledged":
      return state.normalSince === undefined ? state.state : `${state.state}, normal again`;
    case "returned":
    case "latched": {
      const seen = state.state === "latched" && state.isAcknowledged ? ", acknowledged" : "";
      const again = state.abnormalSince === undefined ? "" : ", abnormal again";
      return `${state.state}${seen}${again}`;
    }
  }
}

/** The page with its tables as the machine has them now. */
export function withTables(page: string): string {
  const begin = page.indexOf(TABLE_BEGIN) + TABLE_BEGIN.length;
  const end = page.indexOf(TABLE_END);
  return `${page.slice(0, begin)}\n\n${alarmTables()}\n\n${page.slice(end)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = fileURLToPath(new URL("../../docs/alarms.md", import.meta.url));
  writeFileSync(page, withTables(readFileSync(page, "utf8")));
}
