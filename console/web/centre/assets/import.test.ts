import { expect, test } from "vitest";
import { fileOf, plainFaults, type ReadFile, readFile } from "./import-file.ts";
import { atStake, type PieceAnswer, ROWS_PER_PIECE, rejectedCsv, sendFile } from "./import-send.ts";

const CSV =
  'assetId,name,lon\r\nc-1,"East, 12",115.4\r\nc-2,"two\nlines ""q""",115.5\r\n\r\nc-3,x,\n';
const read = (text: string): ReadFile => {
  const file = readFile(text);
  if ("fault" in file) throw new Error(file.fault);
  return file;
};

test("a CSV is read with quotes, commas and lines in its cells, and the line at which each row ends", () => {
  const { header, rows } = read(`\uFEFF${CSV}`);
  expect(header).toEqual(["assetId", "name", "lon"]);
  expect(rows.map(({ row, line, cells }) => [row, line, cells.name])).toEqual([
    [1, 2, "East, 12"],
    [2, 4, 'two\nlines "q"'],
    [3, 6, "x"],
  ]);
});

test("what is sent are the rows as they stood under the same header", () => {
  const file = read(CSV);
  expect(fileOf(file, file.rows.slice(1, 2))).toEqual({
    ...{ body: 'assetId,name,lon\nc-2,"two\nlines ""q""",115.5\n', type: "text/csv" },
  });
});

test("GeoJSON is read feature by feature and sent as features", () => {
  const feature = {
    ...{ type: "Feature", geometry: { type: "Point", coordinates: [115.4, 31.8] } },
    properties: { assetId: "c-1", attributes: { depthCm: 200 }, gridCell: null },
  };
  const file = read(JSON.stringify({ type: "FeatureCollection", features: [feature] }));
  expect(file.rows[0]?.cells).toEqual({
    ...{ assetId: "c-1", attributes: '{"depthCm":200}', lon: "115.4", lat: "31.8" },
  });
  expect(JSON.parse(fileOf(file, file.rows).body)).toEqual({
    ...{ type: "FeatureCollection", features: [feature] },
  });
});

test.each([
  ["", "empty"],
  ["assetId,name\n", "empty"],
  ["hello", "notCsv"],
  ["{bad", "notGeoJson"],
  ['{"type":"FeatureCollection"}', "notGeoJson"],
  ["assetId,name\nc-1,\uFFFD\n", "notUtf8"],
])("the file %j is %s", (text, fault) => {
  expect(readFile(text)).toEqual({ fault });
});

test("what is plainly wrong is seen before anything is sent", () => {
  const file = read(
    "assetId,componentCode,lon\na,4115240101000001,115\n,4115240101000001,1\na,,\nb,411,1\nc,,east\n",
  );
  expect(Object.fromEntries(plainFaults(file, "assetId"))).toEqual({
    ...{ 2: "noId", 3: "twice", 4: "badCode", 5: "badPlace" },
  });
});

const many = (count: number): ReadFile =>
  read(`assetId,parentAssetId\n${Array.from({ length: count }, (_, n) => `a-${n},\n`).join("")}`);
const FINE: PieceAnswer = { created: 0, updated: 0, rejected: [], ignored: ["x"] };

test("a large file goes in pieces; a rejected row has its row and line of the whole file", async () => {
  const sizes: number[] = [];
  const progress: number[] = [];
  const report = await sendFile(
    many(ROWS_PER_PIECE + 3),
    async ({ body }) => {
      const rows = body.trim().split("\n").length - 1;
      sizes.push(rows);
      const rejected =
        rows === 3 ? [{ row: 2, line: 3, code: "REQUEST_INVALID", message: "m" }] : [];
      return { ...FINE, created: rows - rejected.length, rejected };
    },
    ({ sent }) => progress.push(sent) > 0,
  );
  expect(sizes).toEqual([ROWS_PER_PIECE, 3]);
  expect(report).toMatchObject({ created: ROWS_PER_PIECE + 2, sent: ROWS_PER_PIECE + 3 });
  expect(report.ignored).toEqual(["x"]);
  expect(report.rejected).toEqual([
    { row: ROWS_PER_PIECE + 2, line: ROWS_PER_PIECE + 3, code: "REQUEST_INVALID", message: "m" },
  ]);
  expect(progress.slice(0, 2)).toEqual([ROWS_PER_PIECE, ROWS_PER_PIECE + 3]);
});

test("a row whose parent comes in a later piece is sent again; one whose parent never comes is rejected", async () => {
  const bodies: string[] = [];
  const report = await sendFile(
    many(ROWS_PER_PIECE + 1),
    async ({ body }) => {
      bodies.push(body);
      const row = body.split("\n").indexOf("a-0,");
      const isEarly = row > 0 && bodies.length < 4;
      const rejected = isEarly ? [{ row, code: "ASSET_NOT_FOUND", message: "no parent" }] : [];
      return { ...FINE, rejected };
    },
    () => true,
  );
  expect(bodies.slice(2)).toEqual(["assetId,parentAssetId\na-0,\n"]);
  expect(report.rejected.map(({ row }) => row)).toEqual([1]);
});

test("who stops gets what was done until then", async () => {
  let calls = 0;
  const report = await sendFile(
    many(3 * ROWS_PER_PIECE),
    async () => ({ ...FINE, created: ++calls }),
    () => false,
  );
  expect([calls, report.sent, report.created]).toEqual([1, ROWS_PER_PIECE, 1]);
});

test("keys of a try that broke off are still there after the next, since they are told once", async () => {
  const key = (deviceId: string) => ({ deviceId, key: `key of ${deviceId}` });
  const report = await sendFile(
    many(1),
    async () => ({ ...FINE, keys: [key("second")] }),
    () => true,
    [key("first")],
  );
  expect(report.keys.map(({ deviceId }) => deviceId)).toEqual(["first", "second"]);
});

test.each([
  ["a file that was only chosen", undefined, false, 0, "unsent"],
  ["rows on their way", { sent: 1, keys: 1 }, true, 0, "sending"],
  ["keys that nobody has downloaded", { sent: 2, keys: 2 }, false, 1, "keys"],
  ["keys of a try that broke off", { sent: 1, keys: 1 }, false, 0, "keys"],
  ["the rest of a file that was stopped", { sent: 1, keys: 1 }, false, 1, "unsent"],
  ["nothing where all was sent and kept", { sent: 2, keys: 2 }, false, 2, undefined],
  ["nothing where no device was made", { sent: 2, keys: 0 }, false, 0, undefined],
] as const)("with the page would be lost: %s", (_, found, isBusy, keysSaved, wanted) => {
  const keys = Array.from({ length: found?.keys ?? 0 }, () => ({ deviceId: "d", key: "k" }));
  const report = found && { sent: found.sent, keys };
  expect(atStake({ file: many(2), report, isBusy, keysSaved })).toBe(wanted);
});

test("rejected rows are kept from running as formulas in a spreadsheet", () => {
  expect(rejectedCsv([{ row: 1, line: 2, code: "C", message: '=1+"a"' }])).toBe(
    '\uFEFFrow,line,code,message\r\n"1","2","C","\'=1+""a"""\r\n',
  );
});
