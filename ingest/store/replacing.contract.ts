/** What every store must do when rows are put in the place of those that stand, as tests. */
import { expect, test } from "vitest";
import { DAY_MS, MINUTE_MS } from "../../model/clock.ts";
import { FLAG_BITS } from "../../model/reading.ts";
import {
  AGGREGATES,
  batchOf,
  columnsOf,
  DAY,
  expectSame,
  modelAnswer,
  type Row,
  rawQuery,
  seriesOf,
} from "./reading-model.ts";
import type { ReadingStore, Series, StoreState } from "./reading-store.ts";

export interface ReplacingDoors {
  store(): ReadingStore;
  reopen(): Promise<StoreState>;
}

const keyOf = ({ seriesId, at, key }: Row): string => `${seriesId} ${key ?? `at ${at}`}`;

/** Rows as they stand when these have been put in their places. */
function replacedBy(rows: readonly Row[], instead: readonly Row[]): Row[] {
  const keys = new Set(instead.map(keyOf));
  return [...rows.filter((row) => !keys.has(keyOf(row))), ...instead];
}

/** Two measurements of one device, whose rows of one time some stores keep together. */
const TWO_OF_ONE: Series[] = seriesOf(1, 2).map((series, index) => ({
  ...series,
  ...{ deviceId: "device", measurement: index === 0 ? "fillPercent" : "temperatureC" },
}));

export function testReplacing(doors: ReplacingDoors): void {
  const put = (rows: readonly Row[], newSeries: Series[] = []): Promise<void> =>
    doors.store().replace({ newSeries, columns: columnsOf(rows) });

  async function expectRows(rows: readonly Row[]): Promise<void> {
    const seriesIds = [...new Set(rows.map(({ seriesId }) => seriesId))];
    expectSame(
      await doors.store().query(rawQuery(seriesIds)),
      modelAnswer(rows, rawQuery(seriesIds)),
    );
    const keys = rows.map(({ seriesId, at, key }) => ({
      ...{ seriesId, key: key ?? at, isSeq: key !== undefined },
    }));
    expect(await doors.store().lookup(keys)).toEqual(rows.map(({ value }) => value));
    expect((await doors.store().size()).rows).toBe(rows.length);
  }

  test("a row is replaced at its key, once, also on a sealed day, and nothing beside it", async () => {
    await doors.store().open();
    const rows = Array.from({ length: 300 }, (_, index) => ({
      seriesId: 1 + (index % 3),
      at: DAY + Math.floor(index / 3) * 30 * MINUTE_MS,
      value: index,
    }));
    await doors.store().append(batchOf(7, rows, seriesOf(1, 2, 3)));
    let stands: Row[] = rows;
    for (const times of [1, 2, 3]) {
      const instead = rows
        .filter((row, index) => row.seriesId !== 3 && index % 5 === 0)
        .map((row) => ({ ...row, value: -row.value - times }));
      await put(instead);
      await put(instead);
      stands = replacedBy(stands, instead);
      await expectRows(stands);
      for (const fn of AGGREGATES) {
        const query = rawQuery([1, 2, 3], { bucket: { fn, everyMs: DAY_MS, originMs: DAY } });
        expectSame(await doors.store().query(query), modelAnswer(stands, query));
      }
      await doors.store().maintain(DAY + 20 * DAY_MS);
      await expectRows(stands);
    }
    await doors.reopen();
    await expectRows(stands);
  });

  test("position and ledger stay as they are, and what comes next follows", async () => {
    await doors.store().open();
    const row = { seriesId: 1, at: DAY, value: 1 };
    await doors.store().append(batchOf(7, [row], seriesOf(1)));
    await put([{ ...row, value: 2 }]);
    const { position, ledger } = await doors.reopen();
    expect(position).toBe(7);
    expect(ledger).toEqual(batchOf(7, [row]).ledger);
    const next = { seriesId: 1, at: DAY + 1, value: 3 };
    await doors.store().append(batchOf(8, [next]));
    await expectRows([{ ...row, value: 2 }, next]);
  });

  test("a row comes where none stood, also of a series that no batch has named", async () => {
    await doors.store().open();
    const rows: Row[] = [{ seriesId: 1, at: DAY + 5 * DAY_MS, value: 1 }];
    await doors.store().append(batchOf(1, rows, seriesOf(1)));
    const more: Row[] = [
      { seriesId: 1, at: DAY, value: 0.5 },
      { seriesId: 2, at: DAY + 9, value: 2, min: 1, max: 3 },
    ];
    await put(more, seriesOf(2));
    await expectRows([...rows, ...more]);
    const { series } = await doors.reopen();
    expect(series.map(({ observedAt, value }) => [observedAt, value])).toEqual([
      [DAY + 5 * DAY_MS, 1],
      [DAY + 9, 2],
    ]);
  });

  test("the newest row of a series tells its new value after a start, of a sealed day, too", async () => {
    await doors.store().open();
    const rows = [0, 1].map((index) => ({ seriesId: 1, at: DAY + index, value: index }));
    await doors.store().append(batchOf(1, rows, seriesOf(1)));
    for (const value of [10, 11]) {
      await put([{ seriesId: 1, at: DAY + 1, value, flags: FLAG_BITS.late }]);
      await doors.store().maintain(DAY + 3 * DAY_MS);
      await put([{ seriesId: 1, at: DAY, value: -value }]);
      const [newest] = (await doors.reopen()).series;
      expect(newest).toMatchObject({ observedAt: DAY + 1, value, flags: FLAG_BITS.late });
    }
  });

  test("of several rows at one time the one of this seq is replaced", async () => {
    await doors.store().open();
    const flags = FLAG_BITS["clock-absent"];
    const rows: Row[] = [
      { seriesId: 1, at: DAY, value: 1, key: 41, flags, claimedAt: 5 },
      { seriesId: 1, at: DAY, value: 2, key: 42, flags, claimedAt: 6 },
      { seriesId: 1, at: DAY, value: 3 },
    ];
    await doors.store().append(batchOf(1, rows, seriesOf(1)));
    for (const value of [20, 21]) {
      const instead = { seriesId: 1, at: DAY, value, key: 42, flags, claimedAt: 6 };
      await put([instead]);
      await expectRows(replacedBy(rows, [instead]));
      await doors.store().maintain(DAY + 3 * DAY_MS);
    }
  });

  test("a row that turns suspect or good stands once, and its neighbours of the same time stay", async () => {
    await doors.store().open();
    const at = DAY + 8;
    const beside: Row = { seriesId: 2, at, value: 21.5, min: 20, max: 23 };
    let row: Row = { seriesId: 1, at, value: 900 };
    await doors.store().append(batchOf(1, [row, beside], TWO_OF_ONE));
    for (const [value, flags] of [
      [300, FLAG_BITS.range],
      [90, 0],
      [91, FLAG_BITS.range],
    ] as const) {
      row = { seriesId: 1, at, value, flags };
      await put([row]);
      await expectRows([row, beside]);
      const good = rawQuery([1, 2], { goodOnly: true });
      expectSame(await doors.store().query(good), modelAnswer([row, beside], good));
      const most = rawQuery([2], { bucket: { fn: "max", everyMs: DAY_MS, originMs: DAY } });
      expectSame(await doors.store().query(most), modelAnswer([beside], most));
    }
  });
}
