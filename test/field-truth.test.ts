/** What crews find, on a real database: labels of rule versions, precision, and trust. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CaseEffects } from "../cases/desk-words.ts";
import type { Case } from "../model/case.ts";
import { DAY_MS, MINUTE_MS } from "../model/clock.ts";
import { RuleId } from "../model/ids.ts";
import { Rule } from "../model/rule.ts";
import { CREW_1, LEAD, MONDAY, openCaseDesk, person } from "./support/case-desk.ts";

const { desk, get, openOne, photo, raised, reopen, say, tell, tick } = openCaseDesk();

const INSPECTOR = person("inspector");
const RULE = "cover-tilt";
let now = MONDAY;

/** A flooding of cover 1: immediate, and no danger to life. */
async function flooded(version = 1, conditionId = "flooding"): Promise<Case> {
  now += MINUTE_MS;
  const happening = raised("cover-1", conditionId, now);
  const alarm = { ...happening.alarm, ruleVersion: version };
  const [opened] = (await tell([{ ...happening, alarm }], now)).changed;
  if (opened === undefined) throw new Error("no case was opened");
  if (opened.state !== "REPORTED") return opened;
  return (await say(opened.caseNo, "confirm", LEAD, now)).case;
}

/** The crew goes there and finds nothing, or repairs it; the case ends. */
async function ended(what: "nothing" | "repair", theCase: Case): Promise<CaseEffects[]> {
  const { caseNo } = theCase;
  const files = [photo(CREW_1)];
  const outcome = what === "nothing" ? { outcome: "nothingFound", files } : {};
  const effects = [];
  now += MINUTE_MS;
  await say(caseNo, "start", CREW_1, now);
  effects.push((await say(caseNo, "feedback", CREW_1, now, outcome)).effects);
  if (what === "nothing") effects.push((await say(caseNo, "void", LEAD, now)).effects);
  else {
    effects.push((await say(caseNo, "checkPass", INSPECTOR, now)).effects);
    effects.push((await say(caseNo, "close", LEAD, now)).effects);
    // What comes later is a fault of its own, no relapse.
    now += 3 * DAY_MS;
  }
  return effects;
}

async function run(what: "nothing" | "repair", times: number, version = 1): Promise<CaseEffects[]> {
  const effects = [];
  for (let n = 0; n < times; n += 1) effects.push(...(await ended(what, await flooded(version))));
  return effects;
}

const ruleNotices = (effects: readonly CaseEffects[]) =>
  effects.flatMap(({ notices }) => notices).filter(({ ruleId }) => ruleId !== undefined);
const precision = () => desk.cases.fieldTruth.precision(desk.database.reader, RULE);
const counts = async () =>
  (await precision()).map(({ version, all }) => [version, all.trueCount, all.falseCount]);
const ruleOf = (more: object = {}) =>
  Rule.parse({
    ruleId: RULE,
    version: 1,
    class: "manhole-cover",
    title: { zh: "积水", en: "flooding" },
    condition: { kind: "boolean", measurement: "isOpen", abnormalWhen: true, period: "instant" },
    onDelayMs: 0,
    offDelayMs: 0,
    severity: "major",
    lifeSafety: false,
    enabled: true,
    conditionId: "flooding",
    source: "test",
    ...more,
  });
const trust = (more: object = {}) =>
  desk.cases.fieldTruth.trust(desk.database.reader, ruleOf(more));

describe("labels", () => {
  test("a crew that finds nothing labels false, stays at FEEDBACK and tells the shift lead", async () => {
    const { caseNo } = await flooded();
    await say(caseNo, "start", CREW_1, now);
    const found = { outcome: "nothingFound", files: [photo(CREW_1)] };
    const fed = await say(caseNo, "feedback", CREW_1, now, found);
    expect(fed.case).toMatchObject({ state: "FEEDBACK", outcome: "nothingFound" });
    expect(fed.effects.notices).toMatchObject([{ kind: "nothing-found", caseNo }]);
    expect(await counts()).toEqual([[1, 0, 1]]);
    const fedAt = now;
    const said = { outcome: "nothingFound" };
    const voided = await say(caseNo, "void", LEAD, now + 1, said);
    expect(voided.case).toMatchObject({ state: "VOIDED", closedAt: now + 1 });
    const gone = expect.objectContaining({ kind: "nothing-found", caseNo });
    expect(voided.effects.settled).toContainEqual(gone);
    expect(voided.effects.orders).toMatchObject([{ kind: "closed", crewId: "crew-1" }]);
    expect(voided.effects.unwatch).toHaveLength(1);
    // The same word again keeps its place among the newest.
    expect(await desk.database.reader.all("select label, at from rule_truth")).toEqual([
      { label: 0, at: fedAt },
    ]);
  });

  test("a repair labels true when its check is passed, not before", async () => {
    const { caseNo } = await flooded();
    await say(caseNo, "start", CREW_1, now);
    const fed = await say(caseNo, "feedback", CREW_1, now);
    expect(fed.case.state).toBe("CHECKING");
    expect(await counts()).toEqual([]);
    await say(caseNo, "checkPass", INSPECTOR, now);
    expect(await counts()).toEqual([[1, 1, 0]]);
    await say(caseNo, "close", LEAD, now);
    expect(await counts()).toEqual([[1, 1, 0]]);
  });

  test("work that is sent back takes the word back, and the last word counts", async () => {
    const { caseNo } = await flooded();
    await say(caseNo, "start", CREW_1, now);
    await say(caseNo, "feedback", CREW_1, now, { outcome: "nothingFound" });
    expect(await counts()).toEqual([[1, 0, 1]]);
    await tell([raised("cover-1", "flooding", now + 1)], now + 1);
    expect((await get(caseNo)).case).toMatchObject({ state: "HANDLING" });
    expect(await counts()).toEqual([]);
    await say(caseNo, "feedback", CREW_1, now + 2);
    await say(caseNo, "checkPass", INSPECTOR, now + 3);
    expect(await counts()).toEqual([[1, 1, 0]]);
  });

  test("a check that passes after nothing was found found nothing, too", async () => {
    const { caseNo } = await flooded();
    await say(caseNo, "start", CREW_1, now);
    await say(caseNo, "feedback", CREW_1, now, { outcome: "nothingFound" });
    const acceptor = person("acceptor");
    expect((await say(caseNo, "sendCheck", acceptor, now)).case.state).toBe("CHECKING");
    await say(caseNo, "checkPass", INSPECTOR, now);
    expect(await counts()).toEqual([[1, 0, 1]]);
  });

  test("a desk that voids for nothing found labels false, for another reason not at all", async () => {
    const first = await openOne("cover-1", "cover-rattle");
    await say(first.caseNo, "void", LEAD, now, { reason: "reported twice" });
    expect(await counts()).toEqual([]);
    const second = await openOne("cover-1", "cover-rattle");
    await say(second.caseNo, "void", LEAD, now, { outcome: "nothingFound" });
    expect(await counts()).toEqual([[1, 0, 1]]);
  });

  test("every rule version that the case stands on gets one label, however many alarms it sent", async () => {
    const theCase = await flooded();
    const joining = raised("cover-1", "flooding", now + 1);
    const again = { ...joining, alarm: { ...joining.alarm, ruleVersion: 3 } };
    const other = raised("cover-1", "flooding", now + 2);
    const ruleId = RuleId.parse("cover-flood");
    await tell([again, { ...other, alarm: { ...other.alarm, ruleId } }], now + 2);
    await tell([raised("cover-1", "flooding", now + 3)], now + 3);
    await ended("nothing", theCase);
    expect(await counts()).toEqual([
      [3, 0, 1],
      [1, 0, 1],
    ]);
    const flood = await desk.cases.fieldTruth.precision(desk.database.reader, "cover-flood");
    expect(flood).toMatchObject([{ version: 1, all: { labels: 1, precision: 0 } }]);
  });

  test("a person's report without alarms labels nothing", async () => {
    const report = { kind: "event", lon: 114.7, lat: 32.1, source: "hotline" } as const;
    const { case: reported } = await desk.database.transaction((tx) =>
      desk.cases.report(tx, report, person("acceptor"), now),
    );
    await say(reported.caseNo, "void", LEAD, now, { outcome: "nothingFound" });
    const rows = await desk.database.reader.all("select * from rule_truth");
    expect(rows).toEqual([]);
  });

  test("however the steps of cases mix, the last word of each case is its one label", async () => {
    const steps = fc.array(
      fc.tuple(
        fc.nat(2),
        fc.constantFrom("nothing", "repair", "pass", "rework", "urge"),
        fc.boolean(),
      ),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const cases = [];
        for (const n of [1, 2, 3]) {
          const [opened] = (await tell([raised(`cover-${n}`, "flooding", now)], now)).changed;
          cases.push(opened?.caseNo ?? "");
        }
        const before = await sums();
        const words = new Map<number, boolean>();
        for (const [n, what, isTwice] of taken) {
          for (let time = 0; time <= Number(isTwice); time += 1) {
            await take(cases[n] ?? "", what, n, words);
          }
        }
        const after = await sums();
        const trues = [...words.values()].filter(Boolean).length;
        expect([after[0] - before[0], after[1] - before[1]]).toEqual([trues, words.size - trues]);
        for (const caseNo of cases) await endAnyhow(caseNo);
      }),
      { numRuns: 12 },
    );
  });

  /** A step where the case takes it, and beside it the word that must stand then. */
  async function take(
    caseNo: string,
    what: string,
    n: number,
    words: Map<number, boolean>,
  ): Promise<void> {
    const { case: theCase } = await get(caseNo);
    const admin = person("admin");
    const isAtWork = theCase.state === "DISPATCHED" || theCase.state === "HANDLING";
    if (what === "urge") await say(caseNo, "urge", admin, now);
    if (what === "rework" && !isAtWork) {
      await say(caseNo, "rework", admin, now);
      words.delete(n);
    }
    if (what === "pass" && theCase.state === "CHECKING") {
      await say(caseNo, "checkPass", admin, now);
      words.set(n, theCase.outcome === undefined);
    }
    if ((what !== "nothing" && what !== "repair") || !isAtWork) return;
    if (theCase.state === "DISPATCHED") await say(caseNo, "start", admin, now);
    const outcome = what === "nothing" ? { outcome: "nothingFound" } : {};
    await say(caseNo, "feedback", admin, now, outcome);
    if (what === "nothing") words.set(n, false);
  }

  /** Without a word of its own: the one that stands is kept. */
  const endAnyhow = (caseNo: string) => say(caseNo, "forceClose", person("leader"), now);

  async function sums(): Promise<[number, number]> {
    const [version] = await precision();
    return [version?.all.trueCount ?? 0, version?.all.falseCount ?? 0];
  }
});

describe("trust", () => {
  test("under the floor new cases wait for review, told once; recovered they go out, told once", async () => {
    const before = await run("nothing", 9);
    expect(ruleNotices(before)).toEqual([]);
    expect(await trust()).toMatchObject({ labels: 9, isDistrusted: false, isImmediate: true });
    expect((await openFlood()).state).toBe("DISPATCHED");

    const fell = ruleNotices(await run("nothing", 3));
    expect(fell).toMatchObject([
      { kind: "rule-distrusted", ruleId: RULE, ruleVersion: 1, lifeSafety: false },
    ]);
    expect(await trust()).toEqual({
      labels: 12,
      precision: 0,
      floor: 0.5,
      isDistrusted: true,
      isImmediate: false,
    });
    const waiting = await openFlood("cover-2");
    expect(waiting).toMatchObject({ state: "REPORTED", reviewUntil: now + 15 * MINUTE_MS });
    expect((await tick(now + 15 * MINUTE_MS)).changed).toMatchObject([{ state: "DISPATCHED" }]);

    await reopen();
    expect(await trust()).toMatchObject({ isDistrusted: true });
    expect((await openFlood("cover-3")).state).toBe("REPORTED");

    // 12 of the newest 20 are 60 %: the floor and its deadband.
    expect(ruleNotices(await run("repair", 11))).toEqual([]);
    const effects = await run("repair", 1);
    expect(ruleNotices(effects)).toMatchObject([{ kind: "rule-trusted", ruleVersion: 1 }]);
    expect(effects.flatMap(({ settled }) => settled)).toContainEqual(
      expect.objectContaining({ kind: "rule-distrusted", ruleId: RULE }),
    );
    expect(await trust()).toMatchObject({ labels: 20, precision: 0.6, isImmediate: true });
    expect((await flooded()).state).toBe("DISPATCHED");
    expect(await counts()).toEqual([[1, 12, 12]]);
    expect(await precision()).toMatchObject([
      { recent: { labels: 20, trueCount: 12 }, isDistrusted: false },
    ]);
  });

  test("danger to life never waits: the notice alone goes out", async () => {
    const effects = [];
    for (let n = 0; n < 12; n += 1) {
      effects.push(...(await ended("nothing", await flooded(1, "cover-open"))));
    }
    expect(ruleNotices(effects)).toMatchObject([{ kind: "rule-distrusted", lifeSafety: true }]);
    expect(await trust({ lifeSafety: true, conditionId: "cover-open" })).toMatchObject({
      isDistrusted: true,
      isImmediate: true,
    });
    expect((await openOne("cover-2", "cover-open")).state).toBe("DISPATCHED");
    for (const [conditionId, lifeSafety] of [
      ["cover-open", false],
      ["flooding", true],
    ] as const) {
      const happening = raised("cover-3", conditionId, now);
      const alarm = { ...happening.alarm, lifeSafety };
      const [opened] = (await tell([{ ...happening, alarm }], now)).changed;
      expect(opened?.state, `${conditionId} ${lifeSafety}`).toBe("DISPATCHED");
    }
  });

  test("a new version begins with no labels and goes out at once; the old one's fall is nobody's", async () => {
    await run("nothing", 9);
    desk.ruleVersion = 2;
    expect(ruleNotices(await run("nothing", 3))).toEqual([]);
    expect(await counts()).toEqual([[1, 0, 12]]);
    expect(await trust({ version: 2 })).toMatchObject({ labels: 0, isImmediate: true });
    const [opened] = (await tell([withVersion(2)], now)).changed;
    expect(opened?.state).toBe("DISPATCHED");
    const [old] = (await tell([withVersion(1, "cover-2")], now)).changed;
    expect(old?.state).toBe("REPORTED");
    if (opened !== undefined) await ended("nothing", opened);
    expect(await trust({ version: 2 })).toMatchObject({ labels: 1, isDistrusted: false });
  });

  test("an alarm of a distrusted rule sends nothing out that a person had only reported", async () => {
    await run("nothing", 10);
    const report = { kind: "event", conditionId: "flooding", assetId: "cover-2" } as const;
    const { case: reported } = await desk.database.transaction((tx) =>
      desk.cases.report(tx, { ...report, source: "citizen" }, person("acceptor"), now),
    );
    const effects = await tell([raised("cover-2", "flooding", now)], now);
    expect(effects.changed).toMatchObject([{ caseNo: reported.caseNo, state: "REPORTED" }]);
  });

  test("a floor of 0 trusts every rule, also one that was distrusted before", async () => {
    await run("nothing", 10);
    desk.precisionFloor = 0;
    await reopen();
    expect(await trust()).toMatchObject({ floor: 0, isDistrusted: false, isImmediate: true });
    expect(await precision()).toMatchObject([{ isDistrusted: false }]);
    expect((await openFlood()).state).toBe("DISPATCHED");
    expect(ruleNotices(await run("nothing", 2))).toEqual([]);
    expect(await counts()).toEqual([[1, 0, 12]]);
  });

  test("a transaction that fails leaves no label and no distrust; done again it tells the same", async () => {
    await run("nothing", 9);
    const { caseNo } = await flooded();
    await say(caseNo, "start", CREW_1, now);
    const word = { caseNo, event: "feedback", note: "a dry street", outcome: "nothingFound" };
    const feed = (isFailing: boolean) =>
      desk.database.transaction(async (tx) => {
        const { effects } = await desk.cases.transition(tx, word, CREW_1, now);
        if (isFailing) throw Object.assign(new Error("power cut"), { effects });
        return effects;
      });
    const lost = await feed(true).catch((error: { effects: CaseEffects }) => error.effects);
    expect(await trust()).toMatchObject({ labels: 9, isDistrusted: false });
    const kept = await feed(false);
    expect(ruleNotices([kept])).toHaveLength(1);
    expect(kept).toEqual(lost);
    expect(await trust()).toMatchObject({ labels: 10, isDistrusted: true });
  });

  test("a rule without a condition opens no case at once, trusted or not", async () => {
    const { conditionId: _none, ...bare } = ruleOf();
    const told = await desk.cases.fieldTruth.trust(desk.database.reader, bare);
    expect(told).toEqual({ labels: 0, floor: 0.5, isDistrusted: false, isImmediate: false });
    expect(await trust({ conditionId: "cover-rattle" })).toMatchObject({ isImmediate: false });
  });

  test("the metrics show rules whose present version has labels, and nothing else", async () => {
    const shown = async (): Promise<number> => {
      await desk.cases.fieldTruth.refresh(desk.database.reader);
      return desk.metrics.value("gridwarden_rule_precision");
    };
    expect(await shown()).toBe(0);
    await run("repair", 3);
    await run("nothing", 1);
    expect(await shown()).toBe(0.75);
    desk.ruleVersion = 2;
    expect(await shown()).toBe(0);
  });

  function withVersion(version: number, assetId = "cover-1") {
    const happening = raised(assetId, "flooding", now);
    return { ...happening, alarm: { ...happening.alarm, ruleVersion: version } };
  }

  /** Opened and ended without a word of a crew. */
  async function openFlood(assetId = "cover-1"): Promise<Case> {
    const [opened] = (await tell([raised(assetId, "flooding", now)], now)).changed;
    if (opened === undefined) throw new Error("no case was opened");
    if (assetId === "cover-1") await say(opened.caseNo, "forceClose", person("leader"), now);
    return opened;
  }
});
