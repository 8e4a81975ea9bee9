/**
 * One sum of another, as a figure of now, a curve and a table: lamps lit of lamps due, devices heard of devices.
 * What is counted every five minutes is added up on both sides, so that a share of an hour is the mean of its counts.
 */
import { as, EACH_INTERVAL, EACH_SERIES, IN_TIME, name, of, type Selection } from "../influxql.ts";
import { toBoard } from "../links.ts";
import {
  BAD,
  bars,
  curves,
  figure,
  GOOD,
  type Limit,
  type Panel,
  type Title,
  table,
} from "../panel.ts";
import { COUNT, SHARE } from "../units.ts";
import { TIME, titledBy } from "../words.ts";

export interface Share {
  title: Title;
  description: Title;
  from: string;
  part: string;
  whole: string;
  where?: readonly string[];
  /** Below it is red. */
  target?: number;
  /** What is counted is bad: above it is red. */
  bound?: number;
  /** `1 - part / whole`. */
  isRest?: boolean;
  /** Uid of the board that says more. */
  board?: string;
}

/** On its own board, for what is chosen there. */
export const narrowed = ({ board, ...share }: Share, ...where: readonly string[]): Share => ({
  ...share,
  where: [...(share.where ?? []), ...where],
});

/** Two counts of five minutes lie within. */
const NOW = "11m";

const shareOf = ({ part, whole, isRest = false }: Share): string => {
  const share = `sum(${name(part)}) / sum(${name(whole)})`;
  return as(isRest ? `1 - ${share}` : share, "share");
};

/** Where there is nothing of the whole there is no share. */
const whereOf = ({ where = [], whole }: Share): string[] => [
  ...where,
  `${name(whole)} > 0`,
  IN_TIME,
];

const selectionOf = (share: Share, groupBy: readonly string[]): Selection => ({
  ...{ select: [shareOf(share)], from: share.from, where: whereOf(share), groupBy },
  ...(groupBy.includes(EACH_INTERVAL) ? { fill: "none" as const } : {}),
});

const linksOf = ({ board }: Share) => (board === undefined ? {} : { links: [toBoard(board)] });

const BASIS = { unit: SHARE, decimals: 1, min: 0, max: 1 } as const;

const limitsOf = ({ target, bound }: Share): { limits?: Limit[]; base?: string } => {
  if (target !== undefined) return { limits: [{ value: target, color: GOOD }], base: BAD };
  if (bound !== undefined) return { limits: [{ value: bound, color: BAD }], base: GOOD };
  return {};
};

/** @param within how far back: the last night for lamps, now for all else */
export function shareFigure(share: Share, width = 4, within = NOW): Panel {
  return figure({
    ...BASIS,
    ...limitsOf(share),
    ...linksOf(share),
    ...{ title: share.title, description: share.description, within, width },
    queries: [{ selection: selectionOf(share, []), format: "time_series", alias: "share" }],
  });
}

export function shareCurve(share: Share, by?: string, width = 12): Panel {
  const { target, bound } = share;
  const line = target ?? bound;
  const title = { zh: `${share.title.zh}变化`, en: `${share.title.en} through time` };
  return curves({
    ...BASIS,
    ...{
      title: by === undefined ? title : titledBy(title, by),
      description: share.description,
      interval: "5m",
      width,
    },
    limits: line === undefined ? [] : [{ value: line, color: BAD }],
    queries: [
      {
        selection: selectionOf(share, [EACH_INTERVAL, ...(by === undefined ? [] : [by])]),
        format: "time_series",
        alias: by === undefined ? "share" : `$tag_${by}`,
      },
    ],
  });
}

export function shareBars(share: Share, by: string, width = 8, within = NOW): Panel {
  return bars({
    ...BASIS,
    ...limitsOf(share),
    ...linksOf(share),
    ...{ title: titledBy(share.title, by), description: share.description, within, width },
    queries: [{ selection: selectionOf(share, [by]), format: "time_series", alias: `$tag_${by}` }],
  });
}

/** A row for each value of a tag, with the newest of both counts beside the share. */
export function shareTable(
  share: Share,
  by: string,
  words: { by: Title; part: Title; whole: Title },
  width = 12,
): Panel {
  const { part, whole, from, where = [] } = share;
  const title = { zh: `${share.title.zh}明细`, en: `${share.title.en}, counts` };
  return table({
    ...{ title: titledBy(title, by), description: share.description, unit: COUNT, width },
    within: NOW,
    queries: [
      {
        selection: {
          select: [shareOf(share), of("sum", part), of("sum", whole)],
          from: {
            select: [of("last", part), of("last", whole)],
            from,
            where: [...where, IN_TIME],
            groupBy: [EACH_SERIES],
          },
          where: [`${name(whole)} > 0`],
          groupBy: [by],
        },
        format: "table",
      },
    ],
    columns: {
      Time: { title: TIME, isHidden: true },
      [by]: { title: words.by },
      share: { title: share.title, unit: SHARE, decimals: 1, ...limitsOf(share) },
      [part]: { title: words.part, decimals: 0 },
      [whole]: { title: words.whole, decimals: 0 },
    },
  });
}
