/**
 * A query of readings, answered. Buckets that the server computes as the contract has them are its work, many series
 * a call; of those that it does not, the points of one series after the other are gathered, and never more of
 * them than fit in memory: what lies behind them is left out, and the answer says so.
 */
import type { ReadingQuery, Series, SeriesPoints } from "../reading-store.ts";
import type { AnsweredRows } from "./influx-door.ts";
import {
  bucketed,
  bucketPoints,
  bucketStatement,
  isServerSide,
  rawColumns,
  rawStatement,
} from "./queries.ts";

export interface Answering {
  /** Answers of statements, in their order. */
  askAll(statements: readonly string[]): Promise<AnsweredRows[][]>;
  seriesOf(seriesId: number): Series | undefined;
  /** Points of a series that are gathered for what the server does not compute. */
  gatheredMax?: number;
}

type Bucket = NonNullable<ReadingQuery["bucket"]>;

const GATHERED_MAX = 1_000_000;

export async function answerQuery(
  answering: Answering,
  query: ReadingQuery,
): Promise<SeriesPoints[]> {
  const { bucket, seriesIds } = query;
  const known = seriesIds.flatMap((id) => answering.seriesOf(id) ?? []);
  const found = new Map<number, SeriesPoints>();
  if (bucket !== undefined && !isServerSide(bucket.fn)) {
    for (const each of known) {
      found.set(each.seriesId, await gathered(answering, each, { ...query, bucket }));
    }
  } else {
    const limit = query.pointsPerSeriesMax + 1;
    const { goodOnly } = query;
    const answers = await answering.askAll(
      known.map((each) =>
        bucket === undefined
          ? rawStatement(each, query, { goodOnly, limit })
          : bucketStatement(each, query, limit),
      ),
    );
    for (const [n, { seriesId }] of known.entries()) {
      found.set(seriesId, cut(seriesId, pointsOf(seriesId, answers[n] ?? [], query), query));
    }
  }
  return seriesIds.map((id) => found.get(id) ?? { seriesId: id, points: [], truncated: false });
}

async function gathered(
  { askAll, gatheredMax = GATHERED_MAX }: Answering,
  series: Series,
  query: ReadingQuery & { bucket: Bucket },
): Promise<SeriesPoints> {
  const { seriesId } = series;
  const how = { goodOnly: query.goodOnly, limit: gatheredMax + 1 };
  const [answer = []] = await askAll([rawStatement(series, query, how)]);
  const columns = rawColumns(seriesId, answer, gatheredMax);
  const points = bucketed(columns, query.bucket);
  if (!columns.truncated) return cut(seriesId, points, query);
  // The last one has not all of its points, and would tell something that is not so.
  points.pop();
  return { ...cut(seriesId, points, query), truncated: true };
}

function pointsOf(
  seriesId: number,
  answer: readonly AnsweredRows[],
  { bucket, pointsPerSeriesMax }: ReadingQuery,
): [number, number][] {
  if (bucket !== undefined) return bucketPoints(bucket.fn, answer);
  const columns = rawColumns(seriesId, answer, pointsPerSeriesMax + 1);
  return [...columns.at].map((at, row) => [at, columns.value[row] ?? 0]);
}

const cut = (
  seriesId: number,
  points: [number, number][],
  { pointsPerSeriesMax: max }: ReadingQuery,
): SeriesPoints => ({ seriesId, points: points.slice(0, max), truncated: points.length > max });
