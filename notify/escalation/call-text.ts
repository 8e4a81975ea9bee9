/**
 * What a person is told of a case, in Chinese and English: what it is, where, and what is wanted of him.
 * Pure. A drill and a repeat are marked where the text is sent.
 */
import type { Case, OrderKind } from "../../model/case.ts";
import type { TimeZone } from "../../model/local-time.ts";
import type { Who } from "../../model/reaching.ts";
import type { MessageBody } from "../reaches/message-table.ts";
import type { AboutCase } from "./escalation-store.ts";

export interface Words {
  zh: string;
  en: string;
}

const ASKED: Record<Who | "group", Words> = {
  crew: { zh: "请接单并前往处置。", en: "Accept the order and go there." },
  lead: {
    zh: "处置人员尚未接单，请督促或接手。",
    en: "No crew has accepted it; call it, or take over.",
  },
  department: {
    zh: "下级单位尚无人接单，请督促或接手。",
    en: "Nobody of the unit has accepted it; call it, or take over.",
  },
  leader: { zh: "多级通知后仍无人接单，请处置。", en: "Nobody has accepted it on any level; act." },
  group: { zh: "通报，请勿在群内接单。", en: "For information; orders are not accepted here." },
};

/** Orders beside a dispatch that a person is told of, once. */
export const TOLD_ONCE = {
  withdrawn: { zh: "该案卷已收回，无需前往。", en: "The order is withdrawn; do not go." },
  rework: { zh: "返工：请再次处置。", en: "Not repaired: handle it again." },
  returned: { zh: "退回未获同意，请继续处置。", en: "The return is refused; handle it." },
  urged: { zh: "催办：请尽快处置。", en: "Urged: handle it soon." },
  supervised: { zh: "督办：领导已关注该案卷。", en: "Supervised: its leaders watch it." },
  overdue: { zh: "处置时限已到。", en: "The time to handle it is over." },
} as const satisfies Partial<Record<OrderKind, Words>>;
export type ToldOnce = keyof typeof TOLD_ONCE;

export const isToldOnce = (kind: OrderKind): kind is ToldOnce => kind in TOLD_ONCE;

export function aboutCase(theCase: Case, words: Words, zone: TimeZone): AboutCase {
  const { caseNo, lifeSafety, address, gridCell, lon, lat, deadline } = theCase;
  const place = address ?? (gridCell === undefined ? `${lon}, ${lat}` : `网格 ${gridCell}`);
  const until = deadline === undefined ? undefined : zone.iso(deadline);
  return {
    title: `${lifeSafety ? "【人身安全 LIFE SAFETY】" : ""}${words.zh} ${words.en}`,
    lines: [
      `案卷 ${caseNo}`,
      `地点 ${place}`,
      ...(until === undefined ? [] : [`时限 ${until.slice(0, 16).replace("T", " ")}`]),
    ],
    fields: {
      ...{ caseNo, conditionId: theCase.conditionId, lifeSafety: String(lifeSafety) },
      ...{ lon: String(lon), lat: String(lat) },
      ...(address !== undefined && { address }),
      ...(until !== undefined && { deadline: until }),
      ...(theCase.unitId !== undefined && { unitId: theCase.unitId }),
      ...(theCase.crewId !== undefined && { crewId: theCase.crewId }),
    },
  };
}

export function callBody(about: AboutCase, who: Who | "group", isDrill: boolean): MessageBody {
  return bodyOf(about, ASKED[who], { asked: who }, isDrill);
}

export function orderBody(about: AboutCase, kind: ToldOnce, isDrill: boolean): MessageBody {
  return bodyOf(about, TOLD_ONCE[kind], { order: kind }, isDrill);
}

function bodyOf(
  { title, lines, fields }: AboutCase,
  { zh, en }: Words,
  more: Record<string, string>,
  isDrill: boolean,
): MessageBody {
  return { title, text: [zh, en, ...lines].join("\n"), isDrill, fields: { ...fields, ...more } };
}
