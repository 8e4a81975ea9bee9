/**
 * What the desk of the cases is given, what a step of it says and what follows from one: the words
 * that all who work at it share.
 */
import type { ConditionHealth } from "../model/alarm.ts";
import type { AssetClass } from "../model/asset-class.ts";
import type { Case, LatestReading, Order } from "../model/case.ts";
import { type Instant, MINUTE_MS } from "../model/clock.ts";
import type { AssetId, CaseNo, RuleId } from "../model/ids.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { Notice, NoticeKind } from "../model/notice.ts";
import type { AddressSaid } from "../model/place.ts";
import type { Asset, RegistryView } from "../model/registry.ts";
import type { SupervisionNo } from "../model/supervision.ts";
import type { CaseActor } from "./assignment.ts";
import type { SentFiles } from "./case-files.ts";
import type { StewardsView } from "./case-stewards.ts";
import type { CaseRole } from "./case-words.ts";
import type { ConditionBook } from "./conditions.ts";
import type { DutyView } from "./crew-plan.ts";

export interface CasesDeps {
  /** The filing tables as they stand; absent: what the classes declare. */
  conditions?: ConditionBook;
  registry: Pick<RegistryView, "asset" | "unit" | "crewsOf" | "crew">;
  classes: readonly AssetClass[];
  zone: TimeZone;
  log: Log;
  metrics: Metrics;
  /** Absent: no unit has a roster. */
  duty?: DutyView | undefined;
  /** Absent: no place has a steward. */
  stewards?: StewardsView | undefined;
  /** Where files are known that people send; absent: nobody sends any. */
  sentFiles?: SentFiles | undefined;
  latest(assetId: string): LatestReading[];
  health(assetId: string, conditionId: string): ConditionHealth;
  isAlarming(assetId: string, conditionId: string): boolean;
  /** Is an alarm of this rule work on the sensor? */
  isDeviceFault(ruleId: string): boolean;
  /** The version that stands. */
  ruleVersion(ruleId: string): number | undefined;
  /** Assets of these classes within so many metres; absent: nobody knows what stands where. */
  assetsNear?(
    place: { lon: number; lat: number },
    metres: number,
    classes: readonly string[],
  ): Asset[];
  assetByCode?(componentCode: string): Asset | undefined;
  /** Absent: no place is known by name. */
  placesOf?(address: string): AddressSaid;
}

/** What the rest of the platform does once the transaction has committed. */
export interface CaseEffects {
  orders: Order[];
  /** Each case once, as it stands after all. */
  changed: Case[];
  watch: { assetId: AssetId; conditionId: string; since: Instant }[];
  unwatch: { assetId: AssetId; conditionId: string }[];
  /** For people beside the crew, and what of it has lost its reason. */
  notices: Notice[];
  /** With a rule it is the rule's notices, whichever case told of it. */
  settled: {
    /** Absent where the notice is about no case. */
    caseNo: CaseNo | undefined;
    kind: NoticeKind;
    at: Instant;
    ruleId?: RuleId;
    /** The order's notices, whichever of its cases they bear. */
    supervisionNo?: SupervisionNo;
    /** This one alone, where a case may have several of the kind. */
    noticeId?: string;
  }[];
}

export const noEffects = (): CaseEffects => ({
  orders: [],
  changed: [],
  watch: [],
  unwatch: [],
  notices: [],
  settled: [],
});

/** What a transition says beside its event. */
export interface Said {
  note?: string | undefined;
  reason?: string | undefined;
  outcome?: string | undefined;
  unitId?: string | undefined;
  crewId?: string | undefined;
  /** The end of a suspension. */
  until?: Instant | undefined;
  /** Of a consultation: the ruling that it wrote. */
  ruledBy?: string | undefined;
  /** Ids of files that are attached with it. */
  files?: readonly string[] | undefined;
}

/** A case before it has a number. */
export type CaseDraft = Omit<Case, "caseNo" | "state" | "version" | "reworkCount">;

/** Unanswered for so long, what a sensor or a camera reports for review is confirmed by the system. */
export const REVIEW_MS = 15 * MINUTE_MS;

export const SYSTEM_ACTOR: CaseActor = { username: "system", roles: ["system"] };

/** Opened by sensors, or under a table row: no second one may be open. */
export interface OpenOptions {
  isUnique: boolean;
  actor: CaseActor;
  role: CaseRole;
  note?: string;
}

export function putChanged(effects: CaseEffects, theCase: Case): void {
  const index = effects.changed.findIndex(({ caseNo }) => caseNo === theCase.caseNo);
  if (index === -1) effects.changed.push(theCase);
  else effects.changed[index] = theCase;
}
