/**
 * What the asset's own sensors can say of a case: whether its repair waits for their proof, whether
 * they have given it, and whether they are there at all. The words of `alerts/` come in by the
 * caller; what they mean is decided in `verification.ts`.
 */
import type { ConditionHealth } from "../model/alarm.ts";
import type { AssetClass, FilingCondition } from "../model/asset-class.ts";
import { type Case, MADE_SAFE, proofConditionOf } from "../model/case.ts";
import type { DurationMs, Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { CaseContext } from "./case-machine.ts";
import { isOpen, lastActorOf } from "./case-store.ts";
import type { ConditionBook } from "./conditions.ts";
import { type CaseEffects, type CasesDeps, SYSTEM_ACTOR } from "./desk-words.ts";
import { isDisputed } from "./proof-changes.ts";
import { isRepairProven, personAskedAt, sensorsLostAt } from "./verification.ts";

type ProofDeps = Pick<CasesDeps, "classes" | "health" | "isAlarming" | "registry" | "zone">;

/** Of a class that names no time of silence: so many reports that did not come. */
const REPORTS_MISSED = 3;

export function createProof(deps: ProofDeps, conditions: Pick<ConditionBook, "ofClass">) {
  /**
   * The row's hold time where the asset has sensors of that row; else people check by hand. A place
   * that was made safe is not repaired: no sensor can say whether the fence stands. Where a reporter
   * disputes the close, a person looks.
   */
  function holdOf(theCase: Case): FilingCondition["hold"] | undefined {
    if (theCase.assetId === undefined || theCase.outcome === MADE_SAFE) return undefined;
    if (theCase.isDrill === true) return undefined;
    if (isDisputed(theCase)) return undefined;
    return conditions.ofClass(theCase.class, proofConditionOf(theCase))?.hold;
  }

  /** From feedback until the case has ended or is worked on again. */
  function isWatched(theCase: Case): boolean {
    return theCase.feedbackAt !== undefined && isOpen(theCase) && holdOf(theCase) !== undefined;
  }

  function putWatch(effects: CaseEffects, before: Case, after: Case): void {
    const { assetId, feedbackAt } = after;
    if (assetId === undefined) return;
    const conditionId = proofConditionOf(after);
    if (isWatched(after) && feedbackAt !== undefined && before.feedbackAt !== feedbackAt) {
      effects.watch.push({ assetId, conditionId, since: feedbackAt });
    }
    if (isWatched(before) && !isWatched(after)) effects.unwatch.push({ assetId, conditionId });
  }

  /** Of devices that are in service: one that is not says nothing. */
  function healthOf(theCase: Case): ConditionHealth {
    const { assetId } = theCase;
    const asset = assetId === undefined ? undefined : deps.registry.asset(assetId);
    if (assetId === undefined || asset?.attributes?.outOfService === true) return { devices: [] };
    return deps.health(assetId, proofConditionOf(theCase));
  }

  const isAlarming = ({ assetId, ...theCase }: Case): boolean =>
    assetId !== undefined && deps.isAlarming(assetId, proofConditionOf(theCase));

  async function hasRelapsed(tx: Sql, theCase: Case): Promise<boolean> {
    if (!isAlarming(theCase)) return false;
    return (await lastActorOf(tx, theCase.caseNo, "checkPass")) === SYSTEM_ACTOR.username;
  }

  /** From then on nothing is to be expected of its sensors; later, where one of them is heard. */
  function lostAt(theCase: Case): Instant {
    return sensorsLostAt(healthOf(theCase), silenceMsOf(deps.classes, theCase.class));
  }

  /** From then on a person is asked whatever its sensors do. */
  function askedAt(theCase: Case, hold = holdOf(theCase)): Instant {
    const { openedAt, feedbackAt = openedAt, checkingSince = feedbackAt } = theCase;
    return personAskedAt(hold, { feedbackAt, checkingSince }, deps.zone);
  }

  /** A sensor's case before its proof, while its sensor can still be expected to say something. */
  function isUnproven(theCase: Case, now: Instant): boolean {
    const hold = holdOf(theCase);
    const { source, relapseCount, feedbackAt } = theCase;
    const isSensors = source === "sensor" || relapseCount !== undefined;
    if (hold === undefined || feedbackAt === undefined || !isSensors) return false;
    const health = healthOf(theCase);
    if (isRepairProven({ hold, health, feedbackAt, now, zone: deps.zone })) return false;
    if (health.devices.some(({ lastAbnormalAt }) => lastAbnormalAt !== undefined)) return true;
    return now < Math.min(askedAt(theCase, hold), lostAt(theCase));
  }

  /** What the guards of this event ask of the sensors. */
  async function contextOf(
    tx: Sql,
    theCase: Case,
    event: string,
    now: Instant,
  ): Promise<Pick<CaseContext, "hasRelapsed" | "isAlarming" | "isUnproven">> {
    switch (event) {
      case "close":
        return { hasRelapsed: await hasRelapsed(tx, theCase) };
      case "settle":
        return { isAlarming: isAlarming(theCase) };
      case "checkPass":
        return { isUnproven: isUnproven(theCase, now) };
      default:
        return {};
    }
  }

  return { holdOf, isWatched, putWatch, healthOf, lostAt, askedAt, contextOf };
}

/** The longest that a device of the class may be silent. */
function silenceMsOf(classes: readonly AssetClass[], slug: string | undefined): DurationMs {
  const declared = classes.find((each) => each.slug === slug);
  if (declared === undefined) return 0;
  const { mains, battery } = declared.silenceMs ?? {};
  const named = [mains, battery].filter((ms) => ms !== undefined);
  return named.length > 0 ? Math.max(...named) : REPORTS_MISSED * declared.reportPeriodMs;
}
