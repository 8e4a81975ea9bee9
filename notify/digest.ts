/**
 * What a crew is told of the orders that a flood has gathered: each case once, the most urgent
 * first, in one message. A case that came and went meanwhile is left out, since the crew never
 * heard of it. Pure. `case` and `hazards` are those of the first case, so that a phone that knows
 * no digest shows it as it shows an order.
 */
import { z } from "zod";
import { LIMITS } from "../model/limits.ts";

export const DIGEST_KIND = "digest";

/** An order as it lies in the outbox. */
export interface GatheredOrder {
  seq: number;
  caseNo: string;
  kind: string;
  payload: string;
}

/** The part of an order's payload that is read again. */
const OrderBody = z.looseObject({
  case: z.looseObject({ class: z.string().optional(), deadline: z.string().optional() }),
  hazards: z.array(z.unknown()),
});

interface GatheredCase {
  caseNo: string;
  /** What was ordered of it, in order. */
  kinds: string[];
  newest: z.infer<typeof OrderBody>;
  seq: number;
}

const OVER: ReadonlySet<string> = new Set(["withdrawn", "closed"]);
/** What a crew must see at a glance; the whole case is on its case list. */
const SHOWN = [
  "class",
  "categoryCode",
  "conditionId",
  "assetId",
  "lon",
  "lat",
  "address",
  "deadline",
] as const;

/** @returns nothing where nothing is left to tell. */
export function digestPayload(id: string, orders: readonly GatheredOrder[]): string | undefined {
  const cases = byCase(orders).filter(isToTell).sort(byUrgency);
  const [first] = cases;
  if (first === undefined) return undefined;
  const more = Math.max(0, cases.length - LIMITS.digestCasesMax);
  return JSON.stringify({
    id,
    kind: DIGEST_KIND,
    case: first.newest.case,
    hazards: first.newest.hazards,
    text: textOf(cases.length, more),
    count: cases.length,
    byClass: countByClass(cases),
    cases: cases.slice(0, LIMITS.digestCasesMax).map(shown),
    more,
  });
}

function byCase(orders: readonly GatheredOrder[]): GatheredCase[] {
  const cases = new Map<string, GatheredCase>();
  for (const { caseNo, kind, payload, seq } of orders) {
    const kinds = [...(cases.get(caseNo)?.kinds ?? []), kind];
    cases.set(caseNo, { caseNo, kinds, newest: OrderBody.parse(JSON.parse(payload)), seq });
  }
  return [...cases.values()];
}

const isOver = ({ kinds }: GatheredCase): boolean => OVER.has(kinds.at(-1) ?? "");

function isToTell(gathered: GatheredCase): boolean {
  return !(isOver(gathered) && gathered.kinds[0] === "dispatched");
}

/** What is over goes last; of the others the one whose deadline comes first. */
function byUrgency(a: GatheredCase, b: GatheredCase): number {
  if (isOver(a) !== isOver(b)) return isOver(a) ? 1 : -1;
  const [first, second] = [deadlineOf(a), deadlineOf(b)];
  return first === second ? a.seq - b.seq : first - second;
}

function deadlineOf({ newest }: GatheredCase): number {
  const { deadline } = newest.case;
  return deadline === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(deadline);
}

function countByClass(cases: readonly GatheredCase[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { newest } of cases) {
    const slug = newest.case.class ?? "other";
    counts[slug] = (counts[slug] ?? 0) + 1;
  }
  return counts;
}

function shown({ caseNo, kinds, newest }: GatheredCase): object {
  const fields = SHOWN.filter((name) => newest.case[name] !== undefined);
  return {
    caseNo,
    kinds: [...new Set(kinds)],
    ...Object.fromEntries(fields.map((name) => [name, newest.case[name]])),
    ...(newest.hazards.length === 0 ? {} : { hazards: newest.hazards }),
  };
}

function textOf(count: number, more: number): { zh: string; en: string } {
  const all = {
    zh: `案卷集中，${count} 件合并通知，请看案卷列表。`,
    en: `Many cases at once: ${count} in one message; see the case list.`,
  };
  if (more === 0) return all;
  return { zh: `${all.zh}另有 ${more} 件未列出。`, en: `${all.en} And ${more} more.` };
}
