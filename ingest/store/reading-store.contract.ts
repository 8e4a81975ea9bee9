/**
 * What every store of readings must do, as tests. A store's own test calls `describeReadingStore`
 * with a way to make one.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../model/clock.ts";
import { BAD_FLAGS, FLAG_BITS } from "../../model/reading.ts";
import {
  AGGREGATES,
  batchOf,
  DAY,
  expectSame,
  modelAnswer,
  type Row,
  rawQuery,
  seriesOf,
} from "./reading-model.ts";
import type { ReadingStore } from "./reading-store.ts";
import { testReplacing } from "./replacing.contract.ts";

export interface StoreUnderTest {
  store: ReadingStore;
  /** Another door onto the same data; the first one is closed by then. */
  again(): ReadingStore;
  remove(): Promise<void>;
}

export function describeReadingStore(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let under: StoreUnderTest;
    let store: ReadingStore;

    beforeEach(async () => {
      under = await makeStore();
      store = under.store;
    });

    afterEach(async () => {
      await store.close();
      await under.remove();
    });

    const reopen = async () => {
      await store.close();
      store = under.again();
      return store.open();
    };

    test("an empty store knows no series and answers nothing", async () => {
      const state = await store.open();
      expect(state).toEqual({
        position: 0,
        ledger: { journaled: 0, stored: 0, duplicate: 0, conflict: 0, putAside: 0 },
        series: [],
      });
      expect(await store.query(rawQuery([1]))).toEqual([
        { seriesId: 1, points: [], truncated: false },
      ]);
      expect(await store.lookup([{ seriesId: 1, key: DAY, isSeq: false }])).toEqual([undefined]);
      await store.maintain(DAY);
      expect((await store.size()).rows).toBe(0);
    });

    test("what was appended is answered at once, oldest first, whatever its order", async () => {
      await store.open();
      const rows: Row[] = [
        { seriesId: 1, at: DAY + 2_000, value: 2 },
        { seriesId: 2, at: DAY + 500, value: -0.125 },
        { seriesId: 1, at: DAY + 1_000, value: 0.1 + 0.2 },
        { seriesId: 1, at: DAY - 3 * DAY_MS, value: 1e300 },
      ];
      const appended = store.append(batchOf(1, rows, seriesOf(1, 2)));
      expect(await store.query(rawQuery([2, 1]))).toEqual([
        { seriesId: 2, points: [[DAY + 500, -0.125]], truncated: false },
        {
          seriesId: 1,
          points: [
            [DAY - 3 * DAY_MS, 1e300],
            [DAY + 1_000, 0.1 + 0.2],
            [DAY + 2_000, 2],
          ],
          truncated: false,
        },
      ]);
      await appended;
    });

    test("rows, series, ledger and position outlive a restart together", async () => {
      await store.open();
      const first: Row[] = [{ seriesId: 1, at: DAY, value: 1 }];
      const second: Row[] = [
        { seriesId: 2, at: DAY + 5, value: 5, flags: FLAG_BITS.late },
        { seriesId: 1, at: DAY - 10, value: 3 },
      ];
      await Promise.all([
        store.append(batchOf(10, first, seriesOf(1))),
        store.append(batchOf(25, second, seriesOf(2, 3))),
      ]);
      const state = await reopen();
      expect(state.position).toBe(25);
      expect(state.ledger).toEqual({
        journaled: 7,
        stored: 3,
        duplicate: 2,
        conflict: 0,
        putAside: 2,
      });
      const [one, two, three] = seriesOf(1, 2, 3);
      const noSeq = { newestSeq: undefined };
      expect(state.series).toEqual([
        { ...one, observedAt: DAY, receivedAt: DAY + 1_500, value: 1, flags: 0, ...noSeq },
        {
          ...two,
          observedAt: DAY + 5,
          receivedAt: DAY + 1_505,
          value: 5,
          flags: FLAG_BITS.late,
          ...noSeq,
        },
        { ...three, observedAt: 0, receivedAt: 0, value: 0, flags: 0, ...noSeq },
      ]);
      expectSame(
        await store.query(rawQuery([1, 2])),
        modelAnswer([...first, ...second], rawQuery([1, 2])),
      );
    });

    test("a batch without rows still moves the position", async () => {
      await store.open();
      await store.append(batchOf(7, []));
      await store.append(batchOf(7, [{ seriesId: 1, at: DAY, value: 1 }], seriesOf(1)));
      expect((await reopen()).position).toBe(7);
    });

    test("a key is found by its time or by its seq, in its own series, and nowhere else", async () => {
      await store.open();
      const seq = { flags: FLAG_BITS["clock-absent"], claimedAt: 5 };
      const rows: Row[] = [
        { seriesId: 1, at: DAY, value: 1 },
        { seriesId: 1, at: DAY + 1, value: 0 },
        { seriesId: 2, at: DAY - 29 * DAY_MS, value: 29 },
        { seriesId: 2, at: DAY, value: 2, key: 41, ...seq },
        { seriesId: 2, at: DAY, value: 3, key: 42, ...seq },
      ];
      const pending = store.append(batchOf(1, rows, seriesOf(1, 2)));
      const found = await store.lookup([
        { seriesId: 1, key: DAY + 1, isSeq: false },
        { seriesId: 1, key: DAY + 2, isSeq: false },
        { seriesId: 2, key: 42, isSeq: true },
        { seriesId: 1, key: 42, isSeq: true },
        { seriesId: 2, key: DAY - 29 * DAY_MS, isSeq: false },
        { seriesId: 2, key: DAY, isSeq: false },
        { seriesId: 2, key: 41, isSeq: true },
        { seriesId: 77, key: DAY, isSeq: false },
        { seriesId: 1, key: DAY, isSeq: false },
      ]);
      expect(found).toEqual([0, undefined, 3, undefined, 29, undefined, 2, undefined, 1]);
      await pending;
    });

    test("thousands of keys are looked up at once", async () => {
      await store.open();
      const rows = Array.from({ length: 3_000 }, (_, index) => ({
        seriesId: 1 + (index % 3),
        at: DAY + index * MINUTE_MS,
        value: index,
      }));
      await store.append(batchOf(1, rows, seriesOf(1, 2, 3)));
      const keys = rows.map((row) => ({ seriesId: row.seriesId, key: row.at, isSeq: false }));
      expect(await store.lookup(keys)).toEqual(rows.map((row) => row.value));
    });

    test("bad readings are never answered, suspect ones unless only good ones are asked", async () => {
      await store.open();
      const rows = Object.values(FLAG_BITS).map((flags, index) => ({
        seriesId: 1,
        at: DAY + index * 1_000,
        value: index,
        flags,
      }));
      await store.append(batchOf(1, rows, seriesOf(1)));
      for (const goodOnly of [false, true]) {
        for (const bucket of [undefined, { fn: "count", everyMs: HOUR_MS, originMs: 0 } as const]) {
          const query = rawQuery([1], { goodOnly, ...(bucket && { bucket }) });
          expectSame(await store.query(query), modelAnswer(rows, query));
        }
      }
    });

    test("columns hold good and suspect points with their flags, of tables and of sealed days", async () => {
      await store.open();
      const rows = [0, 1].flatMap((index) =>
        Object.values(FLAG_BITS).map((flags, place) => ({
          seriesId: 1 + index,
          at: DAY + (index + place * 2) * 1_000,
          value: place / 4,
          flags,
        })),
      );
      await store.append(batchOf(1, rows, seriesOf(1, 2)));
      const ask = { seriesIds: [2, 1, 9], from: DAY, to: DAY + HOUR_MS, pointsPerSeriesMax: 6 };
      const wanted = ask.seriesIds.map((seriesId) => {
        const kept = rows.filter((row) => row.seriesId === seriesId && !(row.flags & BAD_FLAGS));
        return {
          seriesId,
          at: Float64Array.from(kept.slice(0, 6), ({ at }) => at),
          value: Float64Array.from(kept.slice(0, 6), ({ value }) => value),
          flags: Uint16Array.from(kept.slice(0, 6), ({ flags }) => flags),
          truncated: kept.length > 6,
        };
      });
      expect(wanted.map(({ truncated }) => truncated)).toEqual([true, true, false]);
      expect(await store.queryColumns(ask)).toEqual(wanted);
      await store.maintain(DAY + 3 * DAY_MS);
      expect(await store.queryColumns(ask)).toEqual(wanted);
    });

    test("from is inclusive, to is exclusive", async () => {
      await store.open();
      const rows = [0, 1, 2, 3].map((index) => ({ seriesId: 1, at: DAY + index, value: index }));
      await store.append(batchOf(1, rows, seriesOf(1)));
      const [series] = await store.query(rawQuery([1], { from: DAY + 1, to: DAY + 3 }));
      expect(series?.points).toEqual([
        [DAY + 1, 1],
        [DAY + 2, 2],
      ]);
    });

    test("an answer stops at its bound and says so, for each series alone", async () => {
      await store.open();
      const rows = [1, 2, 3, 4, 5].map((index) => ({
        seriesId: index === 5 ? 2 : 1,
        at: DAY + index * 20 * DAY_MS,
        value: index,
      }));
      await store.append(batchOf(1, rows, seriesOf(1, 2)));
      for (const pointsPerSeriesMax of [3, 4]) {
        for (const bucket of [undefined, { fn: "max", everyMs: DAY_MS, originMs: 0 } as const]) {
          const query = rawQuery([1, 2], { pointsPerSeriesMax, ...(bucket && { bucket }) });
          const answer = await store.query(query);
          expectSame(answer, modelAnswer(rows, query));
          expect(answer.map((series) => series.truncated)).toEqual([pointsPerSeriesMax < 4, false]);
        }
      }
    });

    test("every aggregate is taken over each bucket, and empty buckets are absent", async () => {
      await store.open();
      const rows = Array.from({ length: 200 }, (_, index) => ({
        seriesId: 1 + (index % 2),
        at: DAY + ((index * 7_919) % 200) * 11 * MINUTE_MS + (index > 150 ? 20 * DAY_MS : 0),
        value: ((index * 37) % 101) / 10,
      }));
      await store.append(batchOf(1, rows, seriesOf(1, 2)));
      for (const fn of AGGREGATES) {
        for (const everyMs of [5 * MINUTE_MS, HOUR_MS, 7 * HOUR_MS, DAY_MS, 30 * DAY_MS]) {
          const query = rawQuery([1, 2], { bucket: { fn, everyMs, originMs: 0 } });
          expectSame(await store.query(query), modelAnswer(rows, query));
        }
      }
    });

    test("the least and most of a period's means are what the periods ranged between", async () => {
      await store.open();
      const rows: Row[] = [
        { seriesId: 1, at: DAY, value: 38.3, min: 35.2, max: 44 },
        { seriesId: 1, at: DAY + HOUR_MS, value: 36, min: 30.5, max: 40 },
        { seriesId: 1, at: DAY + 2 * HOUR_MS, value: 37 },
      ];
      await store.append(batchOf(1, rows, seriesOf(1)));
      for (const maintained of [false, true]) {
        if (maintained) await store.maintain(DAY + 2 * DAY_MS);
        for (const [fn, wanted] of [
          ["min", 30.5],
          ["max", 44],
          ["count", 3],
        ] as const) {
          const bucket = { fn, everyMs: DAY_MS, originMs: 0 };
          const [answer] = await store.query(rawQuery([1], { bucket }));
          expect(answer?.points).toEqual([[DAY, wanted]]);
        }
      }
    });

    test("days begin at the origin, wherever it lies", async () => {
      await store.open();
      const rows = Array.from({ length: 100 }, (_, index) => ({
        seriesId: 1,
        at: DAY + index * 53 * MINUTE_MS,
        value: index,
      }));
      await store.append(batchOf(1, rows, seriesOf(1)));
      for (const origin of [DAY, DAY + 300 * DAY_MS, 0]) {
        for (const hours of [-8, 0, 5.75]) {
          const originMs = origin + hours * HOUR_MS;
          const bucket = { fn: "sum", everyMs: DAY_MS, originMs } as const;
          const query = rawQuery([1], { bucket, from: DAY + 5 * HOUR_MS });
          expectSame(await store.query(query), modelAnswer(rows, query));
        }
      }
    });

    test("the newest row is the one observed last, not the one received last", async () => {
      await store.open();
      await store.append(batchOf(1, [{ seriesId: 1, at: DAY + 9, value: 9 }], seriesOf(1)));
      await store.append(batchOf(2, [{ seriesId: 1, at: DAY + 3, value: 3 }]));
      const state = await reopen();
      expect(state.series.map(({ observedAt, value }) => ({ observedAt, value }))).toEqual([
        { observedAt: DAY + 9, value: 9 },
      ]);
    });

    test("the greatest seq of a series is told at the start, whenever its row came", async () => {
      await store.open();
      const rows: Row[] = [
        { seriesId: 1, at: DAY, value: 1, key: 41 },
        { seriesId: 1, at: DAY + 5, value: 1, key: 40 },
        { seriesId: 1, at: DAY + DAY_MS, value: 1 },
        { seriesId: 2, at: DAY, value: 1, key: 0 },
        { seriesId: 3, at: DAY, value: 1, min: 0 },
      ];
      await store.append(batchOf(1, rows, seriesOf(1, 2, 3, 4)));
      const told = async () => (await reopen()).series.map(({ newestSeq }) => newestSeq);
      expect(await told()).toEqual([41, 0, undefined, undefined]);
      await store.maintain(DAY + 5 * DAY_MS);
      await store.append(batchOf(2, [{ seriesId: 2, at: DAY + 6 * DAY_MS, value: 1, key: 7 }]));
      expect(await told()).toEqual([41, 7, undefined, undefined]);
      await store.maintain(DAY + 9 * DAY_MS);
      expect(await told()).toEqual([41, 7, undefined, undefined]);
    });

    test("queries and appends at the same time each see a whole number of batches", async () => {
      await store.open();
      await store.append(batchOf(0, [], seriesOf(1)));
      const counts: Promise<number>[] = [];
      const appends: Promise<number>[] = [];
      for (let batch = 1; batch <= 40; batch += 1) {
        const rows = Array.from({ length: 10 }, (_, index) => ({
          seriesId: 1,
          at: DAY + batch * 1_000 + index,
          value: 1,
        }));
        appends.push(store.append(batchOf(batch, rows)));
        counts.push(store.query(rawQuery([1])).then(([series]) => series?.points.length ?? 0));
      }
      const seen = await Promise.all(counts);
      await Promise.all(appends);
      seen.forEach((count, index) => {
        expect(count % 10).toBe(0);
        expect(count).toBeGreaterThanOrEqual((index + 1) * 10);
      });
    });

    testReplacing({ store: () => store, reopen });

    test("a store that is closed twice stays closed, and says so", async () => {
      await store.open();
      await store.close();
      await store.close();
      await expect(store.query(rawQuery([1]))).rejects.toMatchObject({ code: "STORE_FAILED" });
      await expect(store.append(batchOf(1, []))).rejects.toMatchObject({ code: "STORE_FAILED" });
    });
  });
}
