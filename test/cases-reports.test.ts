/** Reports of people, and the lists and views of the cases. */
import { describe, expect, test } from "vitest";
import type { CaseReport } from "../cases/reporting.ts";
import { caseView, evidenceView, historyView } from "../model/case-view.ts";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { ADMIN, MONDAY, openCaseDesk, person, zone } from "./support/case-desk.ts";

const { desk, get, openOne, raised, say, tell, tick } = openCaseDesk();

describe("reports", () => {
  const report = (said: Partial<CaseReport>, role = "acceptor") =>
    desk.database.transaction((tx) =>
      desk.cases.report(
        tx,
        { kind: "component", source: "citizen", ...said },
        person(role) as typeof ADMIN,
        MONDAY,
      ),
    );

  test("a report stands at REPORTED with a number; confirm dispatches it", async () => {
    const said = { assetId: "cover-1", description: "盖子响", address: "建设路 3 号" };
    const { case: reported, effects } = await report(said, "inspector");
    expect(reported).toMatchObject({
      caseNo: "4115242026112300001",
      state: "REPORTED",
      conditionId: "general-component",
      categoryCode: "0102",
      limit: { value: 1, unit: "working-day" },
      lon: 114.7,
      description: "盖子响",
    });
    expect(effects).toMatchObject({ orders: [], changed: [{ caseNo: reported.caseNo }] });
    expect((await tick(MONDAY + HOUR_MS)).changed).toEqual([]);
    const acceptor = person("acceptor");
    const { case: confirmed } = await say(reported.caseNo, "confirm", acceptor, MONDAY + 1);
    expect(confirmed).toMatchObject({ state: "DISPATCHED", unitId: "drains", crewId: "crew-1" });
  });

  test("a second report of the same row and asset joins; general ones stand apart", async () => {
    const first = await report({ assetId: "cover-1", conditionId: "cover-rattle" });
    const second = await report({ assetId: "cover-1", conditionId: "cover-rattle" });
    expect(second.case.caseNo).toBe(first.case.caseNo);
    const { history } = await get(first.case.caseNo);
    expect(history.at(-1)).toMatchObject({ event: "join", actor: "a-acceptor", role: "acceptor" });
    const bare = await report({ lon: 114.7, lat: 32.1, kind: undefined });
    expect(bare.case).toMatchObject({ kind: "event", conditionId: "general-event" });
    const general = [await report({ assetId: "cover-1" }), await report({ assetId: "cover-1" })];
    expect(new Set(general.map((each) => each.case.caseNo)).size).toBe(2);
  });

  test.each([
    ["an unknown asset", { assetId: "gone" }, "acceptor", "ASSET_NOT_FOUND"],
    ["an unknown row", { conditionId: "gone", lon: 1, lat: 1 }, "acceptor", "REQUEST_INVALID"],
    [
      "a row of the other kind",
      { assetId: "cover-1", conditionId: "flooding" },
      "acceptor",
      "REQUEST_INVALID",
    ],
    ["no place", {}, "acceptor", "REQUEST_INVALID"],
    ["a sensor's source", { source: "sensor", lon: 1, lat: 1 }, "acceptor", "REQUEST_INVALID"],
    ["a viewer's", { lon: 1, lat: 1 }, "viewer", "ROLE_REFUSED"],
  ] as const)("a report is refused: %s", async (_title, said, role, code) => {
    await expect(report(said, role)).rejects.toMatchObject({ code });
  });
});

describe("lists", () => {
  test("pages newest first by a cursor that later cases do not move", async () => {
    const numbers: string[] = [];
    for (let n = 0; n < 7; n += 1) {
      const at = MONDAY + Math.floor(n / 2) * MINUTE_MS;
      const { changed } = await tell([raised("cover-1", "cover-open", at)], at);
      numbers.unshift(changed[0]?.caseNo ?? "");
      await say(numbers[0] ?? "", "forceClose", ADMIN, at);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await desk.cases.list(desk.database.reader, { limit: 2, cursor });
      seen.push(...page.items.map(({ caseNo }) => caseNo));
      cursor = page.next;
      if (seen.length === 2) await tell([raised("cover-2", "flooding", MONDAY + HOUR_MS)]);
    } while (cursor !== undefined);
    expect(seen).toEqual(numbers);
    await expect(desk.cases.list(desk.database.reader, { cursor: "x" })).rejects.toMatchObject({
      code: "REQUEST_INVALID",
    });
  });

  test("each filter finds its own", async () => {
    const open = await openOne("cover-1");
    const review = await openOne("cover-2", "cover-rattle");
    const ended = await openOne("cover-3");
    await say(ended.caseNo, "forceClose", ADMIN, MONDAY + 1);
    const found = async (filter: object): Promise<string[]> =>
      (await desk.cases.list(desk.database.reader, filter)).items
        .map(({ caseNo }) => caseNo)
        .reverse();
    expect(await found({ status: "open" })).toEqual([open.caseNo, review.caseNo]);
    expect(await found({ status: "closed" })).toEqual([ended.caseNo]);
    expect(await found({ status: "REPORTED" })).toEqual([review.caseNo]);
    expect(await found({ status: "FORCE_CLOSED" })).toEqual([ended.caseNo]);
    expect(await found({ assetId: "cover-2" })).toEqual([review.caseNo]);
    expect(await found({ unitId: "centre" })).toEqual([ended.caseNo]);
    expect(await found({ crewId: "crew-1", status: "open" })).toEqual([open.caseNo]);
    expect(await found({ from: MONDAY, to: MONDAY + 1 })).toHaveLength(3);
    expect(await found({ to: MONDAY })).toEqual([]);
    await expect(found({ status: "lost" })).rejects.toMatchObject({ code: "REQUEST_INVALID" });
  });

  test("the outside sees times with their offset", async () => {
    const { caseNo } = await openOne();
    const found = await get(caseNo);
    const shown = {
      ...caseView(found.case, zone),
      history: found.history.map((entry) => historyView(entry, zone)),
      evidence: found.evidence.map((alarm) => evidenceView(alarm, zone)),
    };
    expect(shown).toMatchObject({
      openedAt: "2026-11-23T09:00:00.000+08:00",
      deadline: "2026-11-23T11:00:00.000+08:00",
      limit: { value: 2, unit: "urgent-hour" },
      history: [{ at: "2026-11-23T09:00:00.000+08:00" }, {}, {}, {}],
      evidence: [{ observedAt: "2026-11-23T09:00:00.000+08:00", value: 31.5 }],
    });
  });
});
