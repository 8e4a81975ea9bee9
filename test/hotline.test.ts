/** Orders of a hotline in, answers out, and what is overdue. */
import { describe, expect, test } from "vitest";
import type { CaseEffects } from "../cases/cases.ts";
import { answersCsv, decodeText, orderRows } from "../cases/hotline-file.ts";
import { readOrder } from "../cases/hotline-order-reader.ts";
import type { Case } from "../model/case.ts";
import type { OrderAnswer } from "../model/case-report.ts";
import { HOUR_MS } from "../model/clock.ts";
import { GridCell } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { Asset } from "../model/registry.ts";
import {
  ADMIN,
  assets,
  CREW_1,
  LEAD,
  MONDAY,
  openCaseDesk,
  person,
  zone,
} from "./support/case-desk.ts";

const { desk, get, tick } = openCaseDesk();

const ACCEPTOR = person("acceptor");
const HERE = { lon: 114.7, lat: 32.1 };
const ORDER = { externalNo: "GD-1", externalSystem: "12345", ...HERE };

/** As the judge does: what has changed is told to the orders in the same transaction. */
const write = <T>(work: (tx: Parameters<typeof desk.cases.tick>[0]) => Promise<[T, CaseEffects]>) =>
  desk.database.transaction(async (tx) => {
    const [value, effects] = await work(tx);
    await desk.cases.sources.follow(tx, effects.changed, MONDAY);
    return value;
  });
const take = (orders: unknown[], now = MONDAY) =>
  write(async (tx) => {
    const rows = orders.map((raw, at) => ({ row: at + 1, raw }));
    const by = { actor: ACCEPTOR, now };
    const { done, effects } = await desk.cases.sources.takeOrders(tx, rows, by);
    return [done, effects];
  });
const step = async (caseNo: string, event: string, actor = ADMIN, more: object = {}) =>
  await write(async (tx) => {
    const said = { caseNo, event, note: "done", reason: "because", ...more };
    const done = await desk.cases.transition(tx, said, actor, MONDAY);
    return [done.case, done.effects];
  });
const answers = (more: object = {}): Promise<OrderAnswer[]> =>
  desk.cases.sources.answers(desk.database.reader, { since: 0, limit: 100, ...more });
const deliver = (externalNo: string, more: object = {}) =>
  desk.database.transaction((tx) =>
    desk.cases.sources.delivered(tx, { externalNo, ...more }, MONDAY),
  );
const caseOf = async (externalNo: string): Promise<Case> => {
  const order = await desk.cases.sources.order(desk.database.reader, { externalNo });
  return (await get(order.caseNo)).case;
};

describe("orders in", () => {
  test("neither name nor telephone number of a reporter is repeated where it is at fault", () => {
    const reporter = { name: "王".repeat(101), phone: "打错了 138" };
    const read = readOrder({ ...ORDER, reporter }, zone);
    expect(read).toMatchObject({
      kind: "fault",
      message: expect.stringMatching(
        /reporter\.name'.*reporter\.phone': got a value that is not shown/,
      ),
    });
    expect(JSON.stringify(read)).not.toMatch(/王|138/);
  });

  test("an order opens a case of the hotline, sent again it is the same", async () => {
    const order = { ...ORDER, title: "井盖", text: "盖子没了", reporter: { phone: "13800138000" } };
    const first = await take([order]);
    expect(first).toMatchObject({ taken: [{ externalNo: "GD-1", fate: "opened" }], rejected: [] });
    expect(await caseOf("GD-1")).toMatchObject({
      source: "hotline",
      state: "REPORTED",
      description: "井盖\n盖子没了",
    });
    const again = await take([order, { ...ORDER, externalNo: "GD-2" }]);
    expect(again.taken.map(({ fate }) => fate)).toEqual(["repeated", "opened"]);
    expect(again.taken[0]?.caseNo).toBe(first.taken[0]?.caseNo);
    expect((await desk.cases.list(desk.database.reader, {})).items).toHaveLength(2);
  });

  test("a bad order rejects itself with its row, and leaves nothing behind", async () => {
    const { taken, rejected } = await take([
      ORDER,
      { ...ORDER, externalNo: "GD-2", lon: undefined, address: "建设路 3 号" },
      { ...ORDER, externalNo: "GD-3", assetId: "gone" },
      { ...ORDER, externalNo: "GD-4", conditionId: "gone" },
      { ...ORDER, externalNo: "GD-5", lat: 132 },
      { ...ORDER, externalNo: "GD-6", colour: "red" },
      "GD-7",
      { externalNo: "GD-8", externalSystem: "12345", componentCode: "4115240102000001" },
      { externalNo: "GD-9", externalSystem: "12345", componentCode: "4115240102999999" },
    ]);
    expect(taken.map(({ externalNo }) => externalNo)).toEqual(["GD-1", "GD-8"]);
    expect(await caseOf("GD-8")).toMatchObject({ assetId: "cover-1", class: "manhole-cover" });
    expect(rejected.map(({ row, code }) => [row, code])).toEqual([
      [2, "REQUEST_INVALID"],
      [3, "ASSET_NOT_FOUND"],
      [4, "REQUEST_INVALID"],
      [5, "REQUEST_INVALID"],
      [6, "REQUEST_INVALID"],
      [7, "REQUEST_INVALID"],
      [9, "ASSET_NOT_FOUND"],
    ]);
    const texts = rejected.map(({ message }) => message);
    expect(texts[0]).toContain(
      "got the address '建设路 3 号'; wanted lon and lat, an assetId, a componentCode or an address",
    );
    expect(texts[3]).toContain("field 'lat': got 132");
    expect(texts[4]).toContain("field 'colour' is none of an order's");
    const left = await desk.database.reader.all("select external_no from external_orders");
    expect(left).toHaveLength(2);
    expect((await desk.cases.list(desk.database.reader, {})).items).toHaveLength(2);
  });

  describe("with an address alone", () => {
    const { lon: _lon, lat: _lat, ...unplaced } = ORDER;
    const order = { ...unplaced, address: "建设路 3 号" };
    const road = {
      name: "建设路",
      lon: 114.71,
      lat: 32.11,
      gridCell: GridCell.parse("41152400100101"),
    };

    test("one that names one place stands there, and says so", async () => {
      desk.address = { named: [road], nearest: ["建设路"] };
      expect((await take([order])).rejected).toEqual([]);
      const { case: made, history } = await get((await caseOf("GD-1")).caseNo);
      const { lon, lat, gridCell } = road;
      expect(made).toMatchObject({ lon, lat, gridCell, address: "建设路 3 号" });
      expect(history[0]).toMatchObject({
        event: "report",
        note: "placed at '建设路', which its address names",
      });
      // Sent again it is the same, whatever the places are called by then.
      desk.address = { named: [], nearest: [] };
      expect((await take([order])).taken).toMatchObject([{ fate: "repeated" }]);
    });

    test("it never joins the only asset near a place that stands for a whole road", async () => {
      const { taken } = await take([{ ...ORDER, assetId: "cover-1", conditionId: "cover-rattle" }]);
      desk.near = [assets.get("cover-1") as Asset];
      desk.address = { named: [road], nearest: ["建设路"] };
      const more = { ...order, externalNo: "GD-2", conditionId: "cover-rattle" };
      const [second] = (await take([more])).taken;
      expect(second).toMatchObject({ fate: "opened" });
      expect(second?.caseNo).not.toBe(taken[0]?.caseNo);
    });

    test("one that names several, or none, is rejected with the names that may be meant", async () => {
      desk.address = { named: [road, { ...road, name: "中山路" }], nearest: ["建设路", "中山路"] };
      const several = (await take([order])).rejected[0];
      expect(several?.message).toContain("which names several: '建设路', '中山路'; wanted lon");
      desk.address = { named: [], nearest: ["建设路"] };
      const none = (await take([order])).rejected[0];
      expect(none?.message).toContain("is one of these meant: '建设路'; wanted lon");
      expect((await desk.cases.list(desk.database.reader, {})).items).toEqual([]);
    });
  });

  test("what an order wrote before it failed is taken back", async () => {
    const day = "41152420261123";
    await desk.database.transaction((tx) =>
      tx.run("insert into case_counters (area_day, last) values (?, 99999)", [day]),
    );
    const { rejected } = await take([ORDER, { ...ORDER, externalNo: "GD-2" }]);
    expect(rejected.map(({ code }) => code)).toEqual(["RATE_LIMITED", "RATE_LIMITED"]);
    const row = await desk.database.reader.get("select last from case_counters");
    expect(row).toEqual({ last: 99_999 });
  });

  test.each([
    ["2026-11-27T08:30:00+08:00", "2026-11-27T00:30:00.000Z"],
    ["2026-11-27 08:30", "2026-11-27T00:30:00.000Z"],
    ["2026/11/27 8:30:15", "2026-11-27T00:30:00.000Z"],
    ["2026/11/7", "2026-11-06T16:00:00.000Z"],
    [Date.UTC(2026, 10, 27), "2026-11-27T00:00:00.000Z"],
    ["2026-02-30 08:30", undefined],
    ["27.11.2026", undefined],
    ["2026-11-27T08:30:00", "2026-11-27T00:30:00.000Z"],
  ])("the time %s is %s", (answerBy, wanted) => {
    const read = readOrder({ ...ORDER, answerBy }, zone);
    if (wanted === undefined) {
      expect(read).toMatchObject({ message: expect.stringContaining("field 'answerBy': got") });
    } else expect(read).toMatchObject({ order: { answerBy: Date.parse(wanted) } });
  });
});

describe("files", () => {
  const records = (lines: string[]) =>
    lines.map((line, at) => ({ cells: line.split(","), line: at + 1 }));

  test("Chinese names and the API's stand for the same columns; unknown ones are told", () => {
    const { rows, ignored } = orderRows(
      records([
        "工单号,标题,经度,纬度,来电人,联系电话,问题类型,答复时限,颜色",
        "1,井盖,114.7,32.1,王,13800138000,部件,2026-11-30 18:00,red",
      ]),
      "12345",
    );
    expect(ignored).toEqual(["颜色"]);
    expect(rows).toEqual([
      {
        row: 1,
        line: 2,
        raw: {
          externalSystem: "12345",
          externalNo: "1",
          title: "井盖",
          lon: 114.7,
          lat: 32.1,
          kind: "component",
          answerBy: "2026-11-30 18:00",
          reporter: { name: "王", phone: "13800138000" },
        },
      },
    ]);
    expect(readOrder(rows[0]?.raw, zone).kind).toBe("order");
  });

  test.each([
    [[], undefined, "the file is empty"],
    [["externalNo,lon"], undefined, "no column 'externalSystem' (来源系统, 系统), or ?system="],
    [
      ["externalNr,lon"],
      "12345",
      "no column 'externalNo' (工单编号, 工单号); is 'externalNr' meant?",
    ],
    [["externalNo,工单号"], "12345", "column 'externalNo' twice"],
  ])("a file is refused: %j", (lines, system, text) => {
    expect(() => orderRows(records(lines), system)).toThrow(text);
  });

  test("a row with too few cells, one that cannot be read and a file too long", () => {
    const [short, broken] = orderRows(
      [
        { cells: ["externalNo", "lon"], line: 1 },
        { cells: ["1"], line: 2 },
        { cells: [], line: 3, fault: "a quote is broken" },
      ],
      "12345",
    ).rows;
    expect(short?.fault).toContain("1 cells, the header row 2");
    expect(broken?.fault).toBe("a quote is broken");
    const long = Array.from({ length: LIMITS.hotlineImportRowsMax + 2 }, () => "externalNo");
    expect(() => orderRows(records(long), "12345")).toThrow("send it in parts");
  });

  test("UTF-8 with or without its mark and GB18030 are read, anything else is refused", () => {
    const text = "工单号,标题";
    expect(decodeText(Buffer.from(text))).toBe(text);
    expect(decodeText(Buffer.from(`\uFEFF${text}`))).toBe(text);
    // 工单 in GB 2312.
    expect(decodeText(Uint8Array.of(0xb9, 0xa4, 0xb5, 0xa5))).toBe("工单");
    expect(() => decodeText(Uint8Array.of(0xff, 0xfe, 0x41, 0x00))).toThrow("neither UTF-8 nor");
  });

  test("answers are CSV that no spreadsheet runs", async () => {
    await take([{ ...ORDER, externalNo: "=1+1" }]);
    await step((await caseOf("=1+1")).caseNo, "reject", ACCEPTOR, { reason: '@SUM(A1), "x"' });
    const [header, row] = answersCsv(await answers(), zone).split("\r\n");
    expect(header).toBe(
      "\uFEFF工单编号,来源系统,案卷号,状态,处置单位,答复时限,处置时限,处理结果,办结时间,变更序号",
    );
    expect(row).toBe(
      `'=1+1,12345,4115242026112300001,不予受理,,,,"'@SUM(A1), ""x""",2026-11-23T09:00:00.000+08:00,2`,
    );
  });
});

describe("answers out", () => {
  test("each change puts the order behind all others: reading on misses and repeats nothing", async () => {
    await take([ORDER, { ...ORDER, externalNo: "GD-2" }, { ...ORDER, externalNo: "GD-3" }]);
    const seen: [string, string][] = [];
    let since = 0;
    const readOn = async (limit: number): Promise<void> => {
      for (const answer of await answers({ since, limit })) {
        seen.push([answer.externalNo, answer.stateText]);
        since = answer.position;
      }
    };
    await readOn(2);
    const { caseNo } = await caseOf("GD-1");
    await step(caseNo, "confirm");
    await readOn(2);
    await readOn(2);
    expect(seen).toEqual([
      ["GD-1", "待受理"],
      ["GD-2", "待受理"],
      ["GD-3", "待受理"],
      ["GD-1", "已派遣"],
    ]);
    await readOn(2);
    expect(seen).toHaveLength(4);
    // What changes nothing of the answer puts it nowhere.
    await step(caseNo, "urge", LEAD);
    expect(await answers({ since })).toEqual([]);
    expect(await answers({ system: "12319" })).toEqual([]);
  });

  test("a case's way to its end as the hotline is told it", async () => {
    await take([{ ...ORDER, assetId: "cover-1", conditionId: "cover-rattle" }]);
    const { caseNo } = await caseOf("GD-1");
    const told = async () => (await answers())[0];
    await step(caseNo, "confirm");
    expect(await told()).toMatchObject({
      caseNo,
      state: "DISPATCHED",
      unitId: "drains",
      unitName: "排水",
      deadline: expect.any(Number),
      isFinal: false,
    });
    await step(caseNo, "start", CREW_1);
    expect((await told())?.result).toBeUndefined();
    await step(caseNo, "feedback", CREW_1, { note: "已更换井盖" });
    expect(await told()).toMatchObject({ state: "CHECKING", result: "已更换井盖" });
    await step(caseNo, "checkPass", person("inspector"));
    await step(caseNo, "close", LEAD);
    expect(await told()).toMatchObject({
      stateText: "已结案",
      isFinal: true,
      result: "已更换井盖",
      closedAt: MONDAY,
    });
  });

  test.each([
    ["reject", ACCEPTOR, "不予受理"],
    ["void", LEAD, "作废"],
  ] as const)("what ends by %s answers its reason", async (event, actor, stateText) => {
    await take([ORDER]);
    await step((await caseOf("GD-1")).caseNo, event, actor, { reason: "不属于城管职责" });
    expect(await answers()).toMatchObject([{ stateText, result: "不属于城管职责", isFinal: true }]);
  });

  test("an order of a duplicate follows the case that it was joined to", async () => {
    await take([ORDER, { ...ORDER, externalNo: "GD-2" }]);
    const [kept, gone] = [await caseOf("GD-1"), await caseOf("GD-2")];
    await write(async (tx) => {
      const said = { caseNo: gone.caseNo, into: kept.caseNo };
      const done = await desk.cases.sources.join(tx, said, { actor: ACCEPTOR, now: MONDAY });
      return [done.case, done.effects];
    });
    expect(await answers({ since: 2 })).toMatchObject([
      { externalNo: "GD-2", caseNo: kept.caseNo, state: "REPORTED", position: 3 },
    ]);
    await step(kept.caseNo, "confirm");
    const numbers = (await answers({ since: 3 })).map(({ externalNo }) => externalNo);
    expect(numbers).toEqual(["GD-1", "GD-2"]);
  });

  test("open answers are a list that reaches zero; a later change is open again", async () => {
    await take([ORDER, { ...ORDER, externalNo: "GD-2" }]);
    const open = async () => (await answers({ isOpen: true })).map(({ externalNo }) => externalNo);
    expect(await open()).toEqual(["GD-1", "GD-2"]);
    await deliver("GD-1");
    await deliver("GD-2");
    expect(await open()).toEqual([]);
    const { caseNo } = await caseOf("GD-1");
    const [{ position: before } = { position: 0 }] = await answers();
    await step(caseNo, "confirm");
    expect(await open()).toEqual(["GD-1"]);
    // They have an older one: the newest stays open.
    await deliver("GD-1", { position: before });
    expect(await open()).toEqual(["GD-1"]);
    const { answer } = await deliver("GD-1");
    expect(answer.deliveredAt).toBe(MONDAY);
    expect(await open()).toEqual([]);
    await expect(deliver("GD-1", { position: 99 })).rejects.toMatchObject({
      code: "REQUEST_INVALID",
    });
    await expect(deliver("GD-9")).rejects.toMatchObject({ code: "ORDER_NOT_FOUND" });
    await take([{ ...ORDER, externalSystem: "12319" }]);
    await expect(deliver("GD-1")).rejects.toMatchObject({
      message: expect.stringContaining("12319, 12345 each have an order 'GD-1'"),
    });
  });
});

describe("the hotline's own deadline", () => {
  const due = MONDAY + HOUR_MS;
  const overdue = (effects: CaseEffects) =>
    effects.notices.filter(({ kind }) => kind === "answer-overdue");

  test("past it without a final answer an acceptor is told, once, also after downtime", async () => {
    await take([{ ...ORDER, answerBy: due }]);
    expect(await desk.cases.nextDue(desk.database.reader)).toBeLessThanOrEqual(due);
    expect(overdue(await tick(due - 1))).toEqual([]);
    const { caseNo } = await caseOf("GD-1");
    expect(overdue(await tick(due + 5 * HOUR_MS))).toMatchObject([
      { noticeId: `${caseNo}-${due}-answer-overdue`, caseNo },
    ]);
    expect(overdue(await tick(due + 6 * HOUR_MS))).toEqual([]);
    await step(caseNo, "reject", ACCEPTOR);
    const { effects } = await deliver("GD-1");
    expect(effects.settled).toEqual([{ caseNo, kind: "answer-overdue", at: MONDAY }]);
  });

  test("with its final answer delivered in time nobody is told", async () => {
    await take([{ ...ORDER, answerBy: due }]);
    await deliver("GD-1");
    await step((await caseOf("GD-1")).caseNo, "reject", ACCEPTOR);
    await deliver("GD-1");
    expect(overdue(await tick(due))).toEqual([]);
  });

  test("a delivered answer that is not the last word does not stop the clock", async () => {
    await take([{ ...ORDER, answerBy: due }]);
    await deliver("GD-1");
    expect(overdue(await tick(due))).toHaveLength(1);
  });

  test("of an order whose case is a duplicate it is told of the case that goes on", async () => {
    await take([{ ...ORDER, answerBy: MONDAY + HOUR_MS }]);
    const { caseNo } = await caseOf("GD-1");
    await take([{ ...ORDER, externalNo: "GD-2" }]);
    const into = (await caseOf("GD-2")).caseNo;
    await tick(MONDAY + HOUR_MS);
    const { effects } = await desk.database.transaction((tx) =>
      desk.cases.sources.join(tx, { caseNo, into }, { actor: ACCEPTOR, now: MONDAY + HOUR_MS }),
    );
    const kind = "answer-overdue";
    expect(effects.settled).toContainEqual({ caseNo, kind, at: MONDAY + HOUR_MS });
    expect(effects.notices).toMatchObject([{ caseNo: into, kind }]);
  });
});
