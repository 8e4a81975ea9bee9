/**
 * Life-safety orders in a county where three people in ten do not hear their telephone: how long until a
 * person has accepted each. The escalation, its database and its messages are the platform's own; the
 * clock is simulated, second by second, and the people answer by key press some time after their first call.
 */
import type { Case } from "../model/case.ts";
import type { Row } from "./bench.ts";
import { seeded } from "./disk.ts";
import { quantile } from "./processes.ts";
import {
  byWays,
  dispatchedCase,
  MONDAY,
  type ReachingWorld,
  startReachingWorld,
} from "./reaching-world.ts";

const CASES = 500;
const UNITS = 12;
const CREWS_A_UNIT = 2;
const WITHIN_SECONDS = 3_600;
/** A case that nobody has accepted by then counts as never. */
const SECONDS_MAX = 1_800;
const SILENT_SHARE = 0.3;
/** Half of those who hear it press the key within so many seconds; one in twenty needs three times as long. */
const ANSWER_SECONDS_MEDIAN = 35;
const ANSWER_SPREAD = 0.67;
const SEED = 7;

const two = (n: number): string => String(n).padStart(2, "0");

/** Seconds from the dispatch to the acceptance of each case; infinite where there was none. */
export async function simulateSilence(
  members: number,
  cases = CASES,
  seed = SEED,
): Promise<number[]> {
  const random = seeded(seed);
  const world = await startReachingWorld({
    people: peopleOfCounty(members),
    levels: levelsOf(members),
  });
  try {
    const plan = Array.from({ length: cases }, (_, n) => ({
      at: Math.floor(random() * WITHIN_SECONDS),
      theCase: caseOf(n),
    }));
    const begunAt = new Map<string, number>();
    const presses: { at: number; channelId: string; id: string }[] = [];
    let heard = 0;
    for (let second = 0; second <= WITHIN_SECONDS + SECONDS_MAX; second += 1) {
      for (const { at, theCase } of plan) {
        if (at !== second) continue;
        begunAt.set(theCase.caseNo, world.clock.now());
        await world.change(theCase);
      }
      for (const { channelId, to, message } of world.sent.slice(heard)) {
        heard += 1;
        const answer = answerOf(seed, `${message.fields.caseNo} ${to}`);
        if (answer === undefined || message.repeats > 0) continue;
        presses.push({ at: second + answer, channelId, id: message.messageId });
      }
      for (const press of presses.filter(({ at }) => at <= second && at > second - 1)) {
        await world.receipt(press.channelId, { id: press.id, state: "accepted" });
      }
      await world.pass(1);
    }
    return await Promise.all(
      plan.map(async ({ theCase: { caseNo } }) => {
        const { escalations } = await world.messages(caseNo);
        const [{ takenBy, endedAt = Number.POSITIVE_INFINITY } = {}] = escalations;
        if (takenBy === undefined) return Number.POSITIVE_INFINITY;
        return (endedAt - (begunAt.get(caseNo) ?? MONDAY)) / 1_000;
      }),
    );
  } finally {
    await world.stop();
  }
}

/** When a person presses the key after the first call about a case; nothing where he hears none of it. */
function answerOf(seed: number, who: string): number | undefined {
  const random = seeded(hashOf(`${seed} ${who}`));
  if (random() < SILENT_SHARE) return undefined;
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return ANSWER_SECONDS_MEDIAN * Math.exp(ANSWER_SPREAD * normal);
}

function caseOf(n: number): Case {
  const unit = n % UNITS;
  const crew = Math.floor(n / UNITS) % CREWS_A_UNIT;
  return dispatchedCase({
    caseNo: `41152420261123${String(n).padStart(5, "0")}` as Case["caseNo"],
    unitId: `unit-${two(unit)}` as NonNullable<Case["unitId"]>,
    crewId: `crew-${two(unit)}-${crew}` as NonNullable<Case["crewId"]>,
  });
}

const levelsOf =
  (members: number): ReachingWorld["levels"] =>
  (who, about) => {
    const unit = about.unitId?.slice("unit-".length);
    switch (who) {
      case "crew":
        return Array.from({ length: members }, (_, n) => `user:${about.crewId}-${n}`);
      case "lead":
        return [`user:lead-${unit}`];
      case "department":
        return [`user:head-${Number(unit) % 3}`, "user:shift-lead"];
      case "leader":
        return ["user:leader-0", "user:leader-1"];
      case "group":
        return [];
    }
  };

function peopleOfCounty(members: number) {
  const levelOf = levelsOf(members);
  const names = new Set<string>();
  for (let n = 0; n < UNITS * CREWS_A_UNIT; n += 1) {
    const { unitId = "", crewId = "" } = caseOf(n);
    for (const who of ["crew", "lead", "department", "leader"] as const) {
      for (const name of levelOf(who, { unitId, crewId })) names.add(name);
    }
  }
  return Object.fromEntries(
    [...names].map((name) => [name, byWays(`app/${name}`, `sms/${name}`, `voice/${name}`)]),
  );
}

function hashOf(text: string): number {
  let hash = 2_166_136_261;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619);
  }
  return hash >>> 0;
}

export async function measureSilence(): Promise<Row[]> {
  return [await rowOf(2), await rowOf(1)];
}

async function rowOf(members: number): Promise<Row> {
  const seconds = await simulateSilence(members);
  const never = seconds.filter((each) => each === Number.POSITIVE_INFINITY).length;
  const [p50, p95, max] = [0.5, 0.95, 1].map((q) => quantile(seconds, q).toFixed(0));
  const crew = members === 1 ? "of one person" : `of ${members}`;
  return {
    what: `life-safety order to a person's acceptance, 30 % of the people silent, crews ${crew}, ${CASES} cases in a simulated hour`,
    measured: `p50 ${p50}, p95 ${p95}, max ${max} s, ${never} never`,
    wanted: "p95 180 s",
  };
}
