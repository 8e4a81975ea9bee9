/**
 * A city puts its own filing table while the platform runs: what runs keeps its limit, what comes
 * after gets the new one, a restart knows it, and what protects lives is not lost by a slip.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { foundCity } from "./support/city.ts";
import { startPlatform, type TestPlatform } from "./support/platform.ts";

interface Verdict {
  code?: string;
  message?: string;
  details?: { faults: object[]; version?: number };
  version: number;
  dryRun: boolean;
  faultCount: number;
  faults: object[];
  warnings: object[];
  added: string[];
  changed: { key: string }[];
  removed: string[];
}
interface Shown {
  caseNo: string;
  categoryCode: string;
  limit: { value: number; unit: string };
  limitClass: string;
  conditionVersion: number;
  deadline?: string;
}

let rig: TestPlatform;

beforeAll(async () => {
  rig = await startPlatform();
  const city = await foundCity(rig.api);
  for (const n of [1, 2, 3, 4]) {
    await city.addDevice("manhole-cover", `lid-${n}`, { gridCell: "41152400100101" });
  }
});

afterAll(async () => {
  await rig.stop();
});

const fileOf = async (name: string, query = ""): Promise<string> =>
  (await rig.api.get<string>(`/api/v1/${name}.csv${query}`)).body;
const put = (name: string, text: string, query: string) =>
  rig.api.replaceByFile<Verdict>(`/api/v1/${name}?${query}`, text, "text/csv; charset=utf-8");
const versionOf = async (name: string): Promise<number> =>
  (await rig.api.get<{ version: number }>(`/api/v1/${name}`)).body.version;

async function report(asset: string, conditionId = "cover-broken"): Promise<Shown> {
  const said = { assetId: `asset-of-${asset}`, conditionId, source: "patrol" };
  const { body } = await rig.api.post<Shown>("/api/v1/cases", said);
  return body;
}
const shown = async ({ caseNo }: Shown): Promise<Shown> =>
  (await rig.api.get<Shown>(`/api/v1/cases/${caseNo}`)).body;

/** The row of that key with its limit of B changed. */
const withLimit = (file: string, key: string, from: string, to: string): string =>
  file.replace(new RegExp(`(${key},.*?,,,)${from}`), `$1${to}`);

test("a case that runs keeps its limit, one that comes after gets the new one, also over a restart", async () => {
  const before = await report("lid-1");
  expect(before).toMatchObject({
    limit: { value: 4, unit: "working-hour" },
    limitClass: "B",
    conditionVersion: 0,
  });
  const file = await fileOf("filing-conditions");
  expect(file).toMatch(/^class,conditionId,/);
  const mine = withLimit(file, "manhole-cover,cover-broken", "4,working-hour", "6,working-hour");
  expect(await put("filing-conditions", mine, "dryRun=true")).toMatchObject({
    status: 200,
    body: {
      dryRun: true,
      version: 0,
      faultCount: 0,
      changed: [{ key: "manhole-cover/cover-broken" }],
    },
  });
  expect(await versionOf("filing-conditions")).toBe(0);
  expect(await put("filing-conditions", mine, "version=0")).toMatchObject({
    status: 200,
    body: { dryRun: false, version: 1 },
  });
  const after = await report("lid-2");
  const newLimit = { limit: { value: 6, unit: "working-hour" }, conditionVersion: 1 };
  expect(after).toMatchObject(newLimit);
  expect(await shown(before)).toMatchObject({ limit: { value: 4 }, conditionVersion: 0 });
  await rig.stop("keep");
  rig = await startPlatform({}, rig.directory);
  expect(await versionOf("filing-conditions")).toBe(1);
  expect(await report("lid-3")).toMatchObject(newLimit);
  expect(await shown(before)).toMatchObject({ limit: { value: 4 }, conditionVersion: 0 });
});

describe("a file that is refused changes nothing", () => {
  test("two at once: one wins, the other is told the version that stands", async () => {
    const version = await versionOf("filing-conditions");
    const file = await fileOf("filing-conditions");
    const answers = await Promise.all(
      ["7", "8"].map((hours) => {
        const mine = withLimit(file, "manhole-cover,cover-broken", "\\d", hours);
        return put("filing-conditions", mine, `version=${version}`);
      }),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = answers.find(({ status }) => status === 409);
    expect(lost?.body).toMatchObject({
      code: "TABLE_VERSION_CONFLICT",
      details: { version: version + 1 },
    });
    expect(await versionOf("filing-conditions")).toBe(version + 1);
  });

  test("one that loses life safety is refused with the way to say that it shall", async () => {
    const version = await versionOf("filing-conditions");
    const file = await fileOf("filing-conditions");
    const mine = withLimit(file, "manhole-cover,cover-displaced", "2,urgent-hour", "5,urgent-hour");
    const refused = await put("filing-conditions", mine, `version=${version}`);
    expect(refused).toMatchObject({ status: 400, body: { code: "TABLE_INVALID" } });
    expect(refused.body.message).toContain("?confirm=life-safety");
    expect(await versionOf("filing-conditions")).toBe(version);
    const bare = await put("filing-conditions", mine, `version=${version}&confirm=life-safety`);
    expect(bare).toMatchObject({ status: 400, body: { code: "REQUEST_INVALID" } });
    const query = `version=${version}&confirm=life-safety&reason=decided+by+the+council`;
    expect(await put("filing-conditions", mine, query)).toMatchObject({ status: 200 });
    const { body } = await rig.api.get<{ items: object[] }>("/api/v1/filing-conditions/versions");
    expect(body.items[0]).toMatchObject({ changedBy: "admin", reason: "decided by the council" });
    const { body: trail } = await rig.api.get<{ items: object[] }>(
      `/api/v1/audit?subject=filing-conditions%20${version + 1}`,
    );
    expect(trail.items).toEqual([
      expect.objectContaining({ action: "filing-tables.write", result: "done", actor: "admin" }),
    ]);
  });

  test("one that drops what a rule names is refused; a dry run answers the same fault", async () => {
    const file = (await fileOf("filing-conditions")).replace(/streetlight,lamp-off,.*\r\n/, "");
    const dry = await put("filing-conditions", file, "dryRun=true");
    expect(dry).toMatchObject({
      status: 200,
      body: {
        faultCount: 1,
        faults: [{ wanted: expect.stringContaining("streetlight.dark") }],
        removed: ["streetlight/lamp-off"],
      },
    });
    const version = await versionOf("filing-conditions");
    expect(await put("filing-conditions", file, `version=${version}`)).toMatchObject({
      status: 400,
    });
  });

  test("JSON is no table", async () => {
    const answer = await rig.api.replace("/api/v1/filing-conditions?version=0", {});
    expect(answer).toMatchObject({ status: 415, body: { code: "MEDIA_TYPE_REFUSED" } });
  });

  test("without the version that was changed it is not taken", async () => {
    const answer = await put("limit-areas", "prefix,limitClass,note\n411524,A,", "");
    expect(answer).toMatchObject({ status: 400, body: { code: "REQUEST_INVALID" } });
  });
});

test("an older version is restored from its file", async () => {
  const version = await versionOf("filing-conditions");
  const shippedFile = await fileOf("filing-conditions", "?version=0");
  expect(await put("filing-conditions", shippedFile, `version=${version}`)).toMatchObject({
    status: 200,
    body: { version: version + 1 },
  });
  expect(await fileOf("filing-conditions")).toBe(shippedFile);
});

test("a rule may name a condition that the city has added, and the map's classes tell its title", async () => {
  const version = await versionOf("filing-conditions");
  const file = await fileOf("filing-conditions");
  const mine = file.replace(/manhole-cover,cover-rattle,.*\r\n/, (row) => {
    return row + row.replace("cover-rattle", "cover-loud").replace("弹跳、声响、翻盖", "夜间噪声");
  });
  expect(await put("filing-conditions", mine, `version=${version}`)).toMatchObject({ status: 200 });
  const rule = await rig.api.get<object>("/api/v1/rules/manhole-cover.rattle");
  const { trust: _told, ruleId: _named, ...body } = rule.body as Record<string, unknown>;
  const answer = await rig.api.replace("/api/v1/rules/manhole-cover.rattle", {
    ...body,
    conditionId: "cover-loud",
  });
  expect(answer).toMatchObject({ status: 200, body: { conditionId: "cover-loud" } });
  const map = await rig.api.get<{ classes: { conditions: { title: { zh: string } }[] }[] }>(
    "/api/v1/map",
  );
  const titles = map.body.classes.flatMap(({ conditions }) =>
    conditions.map(({ title }) => title.zh),
  );
  expect(titles).toContain("夜间噪声");
});

test("the limit of a case follows the class of its area", async () => {
  const file = await fileOf("filing-conditions");
  const version = await versionOf("filing-conditions");
  const mine = file.replace(
    /(manhole-cover,cover-broken,.*?),,,(\d+,working-hour),,,/,
    "$1,2,working-hour,$2,1,working-day,",
  );
  expect(await put("filing-conditions", mine, `version=${version}`)).toMatchObject({ status: 200 });
  const areas = `prefix,limitClass,note\n411524,C,the county\n411524001,A,the old town`;
  expect(await put("limit-areas", areas, "version=0")).toMatchObject({
    status: 200,
    body: { version: 1, added: ["411524", "411524001"] },
  });
  expect(await report("lid-4")).toMatchObject({
    limit: { value: 2, unit: "working-hour" },
    limitClass: "A",
  });
});

test("of cases that come while a table is put each has the limit of the version that it names", async () => {
  const version = await versionOf("filing-conditions");
  const file = await fileOf("filing-conditions");
  const mine = file.replace(/(,general-event,.*?,,,)1,working-day/, "$13,working-day");
  const reportOne = (n: number) =>
    rig.api.post<Shown>("/api/v1/cases", { lon: 115.5 + n / 100, lat: 31.9, kind: "event" });
  const before = Array.from({ length: 20 }, (_, n) => reportOne(n));
  const answer = put("filing-conditions", mine, `version=${version}`);
  const after = Array.from({ length: 20 }, (_, n) => reportOne(20 + n));
  expect(await answer).toMatchObject({ status: 200, body: { version: version + 1 } });
  const last = await reportOne(40);
  expect(last.body).toMatchObject({ limit: { value: 3 }, conditionVersion: version + 1 });
  for (const { status, body } of await Promise.all([...before, ...after])) {
    expect(status).toBe(201);
    expect(body.limit.value).toBe(body.conditionVersion === version ? 1 : 3);
  }
});

test("categories are read as JSON, page by page, with the system that the city works by", async () => {
  const { body } = await rig.api.get<{ items: object[]; next: string; codeSystem: string }>(
    "/api/v1/categories?limit=2",
  );
  expect(body).toMatchObject({ codeSystem: "GB/T 30428.2-2013", next: "2", version: 0 });
  expect(body.items).toHaveLength(2);
  const file = await fileOf("categories");
  const answer = await put("categories", file, "version=0&codeSystem=CJ/T+214");
  expect(answer).toMatchObject({ status: 200, body: { version: 1, codeSystem: "CJ/T 214" } });
});
