/** How the items of an evaluation are sorted: by which column, and which way. Pure. */
import type { EvaluationItem } from "../../shared/platform-types.ts";

/** A column: `rank`, `name`, `score`, `change`, `year` or the name of an indicator. */
export interface Order {
  by: string;
  isDown: boolean;
}

const UP_FIRST: readonly string[] = ["rank", "name"];

/** As it stands in an address: `score`, or `-score` for the highest first. */
export function orderOf(text: string | null): Order {
  if (text === null || text === "") return { by: "rank", isDown: false };
  return text.startsWith("-") ? { by: text.slice(1), isDown: true } : { by: text, isDown: false };
}

export const orderText = ({ by, isDown }: Order): string => (isDown ? `-${by}` : by);

/** After a click on a column: figures begin with the highest; the same column again turns it round. */
export function nextOrder({ by, isDown }: Order, clicked: string): Order {
  if (by === clicked) return { by, isDown: !isDown };
  return { by: clicked, isDown: !UP_FIRST.includes(clicked) };
}

/** Without a value comes last either way; equals stand by rank, then by id. */
export function ordered(items: readonly EvaluationItem[], { by, isDown }: Order): EvaluationItem[] {
  const turn = isDown ? -1 : 1;
  return [...items].sort(
    (a, b) =>
      compared(figureIn(a, by), figureIn(b, by), turn) ||
      compared(a.rank, b.rank, 1) ||
      compared(a.subjectId, b.subjectId, 1),
  );
}

type Value = string | number | null | undefined;

function figureIn(item: EvaluationItem, by: string): Value {
  switch (by) {
    case "rank":
      return item.rank;
    case "name":
      return item.name ?? item.subjectId;
    case "score":
      return item.score;
    case "change":
      return item.change.score;
    case "year":
      return item.changeOnLastYear.score;
    default:
      return item.indicators[by];
  }
}

function compared(a: Value, b: Value, turn: number): number {
  const [left, right] = [a ?? undefined, b ?? undefined];
  if (left === right) return 0;
  if (left === undefined) return 1;
  if (right === undefined) return -1;
  if (typeof left === "string" && typeof right === "string") {
    return turn * left.localeCompare(right, "zh-CN");
  }
  return left < right ? -turn : turn;
}

/** Items by their peer groups, in the order in which the groups come first. */
export function grouped(items: readonly EvaluationItem[]): Map<string, EvaluationItem[]> {
  const groups = new Map<string, EvaluationItem[]>();
  for (const item of items) {
    const { peerGroup = "" } = item;
    groups.set(peerGroup, [...(groups.get(peerGroup) ?? []), item]);
  }
  return groups;
}
