/** The write call of 2.x, which is ours by default: a real VictoriaMetrics takes it, and says what is wrong with it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../bench/free-port.ts";
import { type Running, run, temporaryFolder, untilOpen } from "../bench/processes.ts";
import { createInfluxDoor, type InfluxDoor } from "../ingest/store/influx/influx-door.ts";
import { headOf } from "../ingest/store/influx/layout.ts";
import { linesOf } from "../ingest/store/influx/lines.ts";
import { columnsOf, DAY, type Row, seriesOf } from "../ingest/store/reading-model.ts";
import { FLAG_BITS } from "../model/reading.ts";
import { startProxy } from "./support/http-proxy.ts";

let running: Running;
let url: string;
let port: number;
let door: InfluxDoor;

beforeAll(async () => {
  port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const directory = temporaryFolder();
  const flags = [`-httpListenAddr=127.0.0.1:${port}`, `-storageDataPath=${directory}/data`];
  running = run("victoria-metrics", [...flags, "-retentionPeriod=100y"], { directory });
  await untilOpen(port);
  door = createInfluxDoor({ url, org: "city", bucket: "readings", token: "any", version: 2 });
});
afterAll(async () => {
  door.close();
  await running.stop();
});

const [series] = seriesOf(1);
if (series === undefined) throw new Error("there is a series");
const TAGS = {
  ...{ asset: "bin-1", class: "waste-bin" },
  ...{ grid: "41152400101001", street: "411524001" },
};
const head = headOf(series, TAGS);
const linesFrom = (rows: readonly Row[]): Uint8Array =>
  linesOf(columnsOf(rows), () => ({ head, field: series.measurement })).body;

interface Exported {
  metric: Record<string, string>;
  values: number[];
  timestamps: number[];
}

async function exported(metric: string): Promise<Exported[]> {
  await fetch(`${url}/internal/force_flush`);
  const match = encodeURIComponent(`{__name__="${metric}"}`);
  const text = await (await fetch(`${url}/api/v1/export?match[]=${match}`)).text();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Exported);
}

test("lines are there when the call settles, with their tags, values and times", async () => {
  const rows = [
    { seriesId: 1, at: DAY, value: 12.5 },
    { seriesId: 1, at: DAY + 60_000, value: 0.3 },
    { seriesId: 1, at: DAY + 120_000, value: 99, flags: FLAG_BITS["hj212-F"] },
  ];
  await door.send(linesFrom(rows));
  const found = await exported("instant_fillPercent");
  const byQuality = new Map(found.map((each) => [each.metric.quality, each]));
  expect(byQuality.get("good")).toMatchObject({
    metric: { device: "device-1", ...TAGS },
    values: [12.5, 0.3],
    timestamps: [DAY, DAY + 60_000],
  });
  expect(byQuality.get("bad")).toMatchObject({ values: [99] });
  expect(await exported("instant_fillPercent_flags")).toMatchObject([
    { values: [FLAG_BITS["hj212-F"]] },
  ]);
});

test("written again they are the same points", async () => {
  const lines = linesFrom([{ seriesId: 1, at: DAY + 600_000, value: 7 }]);
  await door.send(lines);
  await door.send(lines);
  const [good] = (await exported("instant_fillPercent")).filter(
    ({ metric }) => metric.quality === "good",
  );
  const times = good?.timestamps.filter((at) => at === DAY + 600_000) ?? [];
  expect(new Set(times).size).toBe(1);
});

test("the call is the one of 2.x: its path, its bucket and its token", async () => {
  const seen: { url: string; authorization: string; body: string }[] = [];
  const proxy = await startProxy(port, (asked) => seen.push(asked));
  try {
    const target = { url: proxy.url, org: "a city", bucket: "readings/1", version: 2 as const };
    const own = createInfluxDoor({ ...target, token: "secret" });
    await own.write([
      "instant,device=x a=1 1000000000000000000",
      "instant,device=y a=2 1000000000000000000",
    ]);
    own.close();
    expect(seen).toEqual([
      {
        url: "/api/v2/write?org=a%20city&bucket=readings%2F1&precision=ns",
        authorization: "Token secret",
        body: "instant,device=x a=1 1000000000000000000\ninstant,device=y a=2 1000000000000000000",
      },
    ]);
  } finally {
    await proxy.stop();
  }
});

test.each([
  [503, "away"],
  [429, "away"],
  [500, "away"],
  [413, "large"],
  [401, "denied"],
  [403, "denied"],
  [404, "missing"],
  [400, "refused"],
  [422, "refused"],
])("an answer of %i is told as %s, with what the server said", async (status, kind) => {
  const proxy = await startProxy(port);
  try {
    proxy.manner = { status, body: '{"code":"x","message":"what it says"}' };
    const own = createInfluxDoor({ url: proxy.url, bucket: "b", version: 2 });
    await expect(own.write(["a b=1 1"])).rejects.toMatchObject({
      kind,
      message: `HTTP ${status}: what it says`,
    });
    own.close();
  } finally {
    await proxy.stop();
  }
});

test("an answer that the server has cut short is none, and told with its cure", async () => {
  const proxy = await startProxy(port);
  try {
    // Of the statement behind it there is nothing.
    const body = '{"results":[{"series":[{"name":"n","values":[[1,2]]}]}]}';
    proxy.manner = { status: 200, body };
    const own = createInfluxDoor({ url: proxy.url, bucket: "b", version: 1 });
    await expect(own.query(["select a from n"])).rejects.toThrow("set 'max-row-limit = 0'");
    own.close();
  } finally {
    await proxy.stop();
  }
});

test("a server that breaks off in the middle is away", async () => {
  const proxy = await startProxy(port);
  try {
    proxy.manner = "swallow-answer";
    const own = createInfluxDoor({ url: proxy.url, bucket: "b", version: 2 });
    await expect(own.write(["a b=1 1"])).rejects.toMatchObject({ kind: "away" });
    await expect(own.query(["show databases"])).rejects.toMatchObject({ kind: "away" });
    own.close();
  } finally {
    await proxy.stop();
  }
});

test("a door that is closed opens no line any more", async () => {
  const calls: string[] = [];
  const proxy = await startProxy(port, (call) => calls.push(call.url));
  try {
    const own = createInfluxDoor({ url: proxy.url, bucket: "b", version: 2 });
    own.close();
    const refused = await own.write(["a b=1 1"]).catch((error: unknown) => error);
    expect(refused).toMatchObject({ kind: "away", message: expect.stringContaining("is closed") });
    expect(calls).toEqual([]);
  } finally {
    await proxy.stop();
  }
});
