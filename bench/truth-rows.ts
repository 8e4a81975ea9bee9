/**
 * Rows of the table from what was scored: by class, by fault, by rule and noise, and the rows that
 * promise something of their own. Pure.
 */
import type { Row } from "./bench.ts";
import { quantile } from "./processes.ts";
import type { Observed } from "./truth-run.ts";
import type { Fault, Scored, TruthAlarm, Verdict } from "./truth-score.ts";
import { LIFE_SAFETY } from "./truth-table.ts";

type ScoredFault = Scored["faults"][number];

export interface Tally {
  expected: number;
  found: number;
  missed: number;
  undecided: number;
  unshown: number;
  /** Alarms that were told and are scored. */
  told: number;
  false: number;
  informing: number;
  /** Of the found, in ms. */
  delays: number[];
}

export function tally(faults: readonly ScoredFault[], told: Scored["told"]): Tally {
  const count = (kind: Verdict["kind"]): number =>
    faults.filter(({ verdict }) => verdict.kind === kind).length;
  return {
    expected: faults.length - count("silent"),
    found: count("found"),
    missed: count("missed"),
    undecided: count("undecided"),
    unshown: count("unshown"),
    told: told.filter(({ verdict }) => verdict !== "informing").length,
    false: told.filter(({ verdict }) => verdict === "false").length,
    informing: told.filter(({ verdict }) => verdict === "informing").length,
    delays: faults.flatMap(({ verdict }) =>
      verdict.kind === "found" && verdict.delayMs !== undefined ? [verdict.delayMs] : [],
    ),
  };
}

/** Of the faults whose time has come. 1 where there was nothing to find. */
export const recallOf = ({ found, missed }: Tally): number =>
  found + missed === 0 ? 1 : found / (found + missed);
export const precisionOf = ({ told, false: wrong }: Tally): number =>
  told === 0 ? 1 : (told - wrong) / told;

export function said(of: Tally): string {
  const rest = [
    of.undecided === 0 ? "" : `${of.undecided} undecided at the end`,
    of.unshown === 0 ? "" : `${of.unshown} that no reading showed`,
  ].filter((text) => text !== "");
  return [
    `${of.expected} faults: ${of.found} found, ${of.missed} missed${rest.map((text) => `, ${text}`).join("")}`,
    `${of.told} alarms told, ${of.false} of them false`,
    `recall ${percent(recallOf(of))}, precision ${percent(precisionOf(of))}`,
    `to the alarm ${delays(of.delays)}`,
  ].join("; ");
}

export function delays(ms: readonly number[]): string {
  if (ms.length === 0) return "–";
  return `p50 ${time(quantile(ms, 0.5))}, p95 ${time(quantile(ms, 0.95))}, max ${time(Math.max(...ms))}`;
}

export function partRows(part: string, scored: Scored): Row[] {
  const rows: Row[] = [
    {
      what: `${part}: all faults`,
      measured: said(tally(scored.faults, scored.told)),
      wanted: "recall 99 %, precision 98 %",
    },
  ];
  for (const slug of classesOf(scored)) {
    const faults = scored.faults.filter(({ fault }) => fault.class === slug);
    const told = scored.told.filter(({ alarm }) => classOf(alarm) === slug);
    rows.push({ what: `${part}: ${slug}`, measured: said(tally(faults, told)), wanted: "" });
  }
  return rows;
}

/** One row of one scenario. */
export function scenarioRow(name: string, scored: Scored): Row {
  return {
    what: `scenario ${name}`,
    measured: said(tally(scored.faults, scored.told)),
    wanted: "",
  };
}

export function kindRows(part: string, scored: Scored): Row[] {
  const kinds = new Map<string, ScoredFault[]>();
  for (const each of scored.faults) {
    if (each.verdict.kind === "silent") continue;
    const { class: slug, what, label } = each.fault;
    const name = `${label === undefined ? what : `${label} (noise)`}, ${slug}`;
    kinds.set(name, [...(kinds.get(name) ?? []), each]);
  }
  return [...kinds].sort().map(([name, faults]) => {
    const of = tally(faults, []);
    const rest = of.undecided + of.unshown === 0 ? "" : ` (${of.undecided + of.unshown} open)`;
    return {
      what: `${part}: ${name}`,
      measured: `${of.found} of ${of.expected} found${rest}; ${delays(of.delays)}`,
      wanted: "",
    };
  });
}

/** Which noise fools which rule. */
export function falseRow(part: string, scored: Scored): Row {
  const counts = new Map<string, number>();
  for (const { alarm, verdict, label } of scored.told) {
    if (verdict !== "false") continue;
    const name = `${alarm.ruleId} by ${label ?? "nothing known"}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const named = [...counts].sort((one, other) => other[1] - one[1]).map(([n, c]) => `${n} ${c}`);
  const { informing } = tally([], scored.told);
  return {
    what: `${part}: false alarms by rule and noise`,
    measured: `${named.join(", ") || "none"}; ${informing} notices that inform are not scored`,
    wanted: "said",
  };
}

export function lifeSafetyRow(part: string, scored: Scored): Row {
  const faults = scored.faults.filter(({ fault }) => LIFE_SAFETY.has(fault.expectsCase ?? ""));
  const of = tally(faults, []);
  return {
    what: `${part}: life safety (open cover, gas from 20 % LEL, bin fire, leakage)`,
    measured: `${of.found} of ${of.expected} found, recall ${percent(recallOf(of))}; after the first telling reading ${delays(of.delays)}`,
    wanted: "recall 100 %, at once",
  };
}

/** Cases and orders of the outage, and of the lamps that die elsewhere at the time. */
export function feederRow(part: string, scored: Scored, observed: Observed): Row {
  const outage = scored.faults.find(({ fault }) => fault.what === "feeder-outage")?.fault;
  if (outage === undefined) return { what: `${part}: feeder`, measured: "none", wanted: "" };
  const until = outage.until ?? observed.endAt;
  const isMeanwhile = (at: string): boolean =>
    Date.parse(at) >= outage.at - BESIDE_MS && Date.parse(at) <= until + BESIDE_MS;
  const dead = scored.faults.filter(
    ({ fault }) => fault.what === "lamp-off" && Math.abs(fault.at - outage.at) <= BESIDE_MS,
  );
  const deadAssets = new Set(dead.map(({ fault }) => fault.on));
  const meanwhile = observed.cases.filter(({ openedAt }) => isMeanwhile(openedAt));
  const ofOutage = meanwhile.filter(
    (each) => each.conditionId === "feeder-outage" || outage.assetIds.has(each.assetId ?? ""),
  );
  const ofDead = meanwhile.filter(({ assetId }) => deadAssets.has(assetId ?? ""));
  const orders = (cases: readonly { caseNo: string }[]): number =>
    cases.reduce((sum, { caseNo }) => sum + (observed.dispatched.get(caseNo) ?? 0), 0);
  const told = scored.told.filter(
    ({ alarm }) => alarm.class === "streetlight" && outage.assetIds.has(alarm.assetId ?? ""),
  );
  const outageTold = told.filter(
    ({ alarm }) =>
      alarm.toldAt !== undefined && alarm.toldAt >= outage.at && alarm.toldAt <= until + BESIDE_MS,
  );
  const members = ofOutage.map(({ memberCount }) => memberCount ?? 0).join(", ");
  return {
    what: `${part}: an outage of ${outage.members} devices on one cabinet, ${dead.length} lamps dead elsewhere`,
    measured: `${ofOutage.length} + ${ofDead.length} cases, ${orders(ofOutage)} + ${orders(ofDead)} orders; the outage's case has ${members} members; ${outageTold.length} alarms of single lamps told`,
    wanted: "exactly 1 + 3 cases, one order for the 200",
  };
}

const BESIDE_MS = 3_600_000;

/** Of each gateway that was lost: its tasks, and what was told of the devices behind it. */
export function gatewayRows(part: string, scored: Scored, observed: Observed): Row[] {
  const lost = scored.faults.filter(({ fault }) => fault.what === "gateway-outage");
  return lost.map(({ fault }) => {
    const tasks = observed.tasks.filter(
      ({ gatewayId, openedAt }) => gatewayId === fault.on && isDuring(fault, openedAt, observed),
    );
    const ofDevices = scored.told.filter(
      ({ alarm }) =>
        alarm.deviceId !== undefined &&
        fault.assetIds.has(alarm.assetId ?? "") &&
        alarm.ruleId.endsWith(".no-data") &&
        isDuring(fault, alarm.toldAt ?? 0, observed),
    );
    const hours = ((fault.until ?? observed.endAt) - fault.at) / BESIDE_MS;
    return {
      what: `${part}: a gateway with ${fault.members} devices lost for ${hours} h${fault.label === undefined ? "" : `, then ${fault.label}`}`,
      measured: `${tasks.length} task, ${ofDevices.length} of its devices told as silent`,
      wanted: "1 task, 0 device alarms told",
    };
  });
}

function isDuring({ at, until }: Fault, moment: string | number, { endAt }: Observed): boolean {
  const time = typeof moment === "number" ? moment : Date.parse(moment);
  return time >= at && time <= (until ?? endAt) + BESIDE_MS;
}

/** What comes in one go after an outage: is all of it there, and did any of it send somebody out? */
export function backfillRow(part: string, scored: Scored, observed: Observed): Row {
  const complete = observed.history.filter(({ isComplete }) => isComplete).length;
  const away = scored.faults.filter(({ fault }) => fault.label === "backfill");
  const cases = observed.cases.filter((each) =>
    away.some(
      ({ fault }) =>
        fault.assetIds.has(each.assetId ?? "") && isDuring(fault, each.openedAt, observed),
    ),
  );
  const orders = cases.reduce((sum, { caseNo }) => sum + (observed.dispatched.get(caseNo) ?? 0), 0);
  const amid = scored.faults.filter(
    ({ fault, verdict }) =>
      verdict.kind === "silent" &&
      fault.label === undefined &&
      away.some(
        (each) =>
          each.fault.assetIds.has(fault.on) &&
          fault.at >= each.fault.at &&
          (fault.until ?? 0) <= (each.fault.until ?? 0),
      ),
  );
  return {
    what: `${part}: what ${observed.history.length} devices kept over an outage of an hour to 12 h, ${amid.length} breaches among it`,
    measured: `history of ${complete} complete; ${cases.length} cases, ${orders} orders`,
    wanted: "history complete, 0 orders",
  };
}

function classesOf({ faults, told }: Scored): string[] {
  return [
    ...new Set([
      ...faults.map(({ fault }) => fault.class),
      ...told.map(({ alarm }) => classOf(alarm)),
    ]),
  ].sort();
}

/** A gateway's belongs to the bins behind it. */
function classOf({ class: slug, gatewayId }: TruthAlarm): string {
  return gatewayId === undefined ? slug : "waste-bin";
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function time(ms: number): string {
  if (ms < 90_000) return `${Math.round(ms / 1000)} s`;
  return `${(ms / 60_000).toFixed(ms < 600_000 ? 1 : 0)} min`;
}
