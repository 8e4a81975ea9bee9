/** What anybody may report and ask, before doubles: shapes, keys, refusals, bursts and GeoJSON. */
import { expect, test } from "vitest";
import { LIMITS } from "../../model/limits.ts";
import { setUp } from "../called-server.ts";

const URL = "/api/v1/public/reports";
const KEY = { "idempotency-key": "a".repeat(16) };
const PHOTO = Buffer.from("a photo").toString("base64");

async function open() {
  const { call, doubles } = await setUp({ trustedProxies: ["127.0.0.1"] });
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    call("POST", URL, { as: "", body, headers });
  const get = (path: string, headers: Record<string, string> = {}) =>
    call("GET", `/api/v1/public/${path}`, { as: "", headers });
  return { post, get, doubles };
}

test("a report is handed on with its photos' bytes and its category's kind and code", async () => {
  const { post, doubles } = await open();
  const said = { category: "c-0102", description: "盖子没了", lon: 115.41, lat: 31.8 };
  const { status, body } = await post({ ...said, phone: "138 0013 8000", photos: [PHOTO] }, KEY);
  expect([status, body]).toEqual([
    201,
    { publicNo: "7K2MX9QP4RP", state: "received", link: "own" },
  ]);
  expect(doubles.asked.at(-1)?.with).toMatchObject({
    said: {
      ...{ kind: "component", categoryCode: "0102", phone: "138 0013 8000" },
      photos: [Buffer.from("a photo")],
    },
    key: { username: "the reporter", key: KEY["idempotency-key"] },
  });
});

test("another photo under the same key is another report", async () => {
  const { post, doubles } = await open();
  const digestIn = ({ key }: { key: { digest: string } }): string => key.digest;
  const digests: string[] = [];
  for (const text of ["one", "one", "two"]) {
    const photos = [Buffer.from(text).toString("base64")];
    await post({ description: "hole", lon: 1, lat: 2, photos }, KEY);
    digests.push(digestIn(doubles.asked.at(-1)?.with as Parameters<typeof digestIn>[0]));
  }
  expect(digests[0]).toBe(digests[1]);
  expect(digests[2]).not.toBe(digests[0]);
});

test.each<[string, Record<string, unknown>, number, string, RegExp]>([
  ["nothing of what it is", { lon: 1, lat: 2 }, 400, "REQUEST_INVALID", /what it is/],
  ["half a place", { description: "x", lon: 1 }, 400, "REQUEST_INVALID", /'lat'/],
  ["a name", { description: "x", name: "Wang" }, 400, "REQUEST_INVALID", /name/],
  ["a file of somebody's", { description: "x", files: ["f"] }, 400, "REQUEST_INVALID", /files/],
  ["a category of none", { category: "c-9999" }, 404, "NOT_FOUND", /c-9999/],
  [
    "a telephone number of none",
    { description: "x", phone: "me" },
    400,
    "REQUEST_INVALID",
    /phone/,
  ],
  [
    "too many photos",
    { description: "x", photos: Array(LIMITS.publicPhotosMax + 1).fill(PHOTO) },
    400,
    "REQUEST_INVALID",
    /photos/,
  ],
  [
    "a giant photo",
    { description: "x", photos: ["A".repeat(LIMITS.publicPhotoBytesMax * 1.4)] },
    400,
    "REQUEST_INVALID",
    /make it smaller/,
  ],
  [
    "more than it may have",
    { description: "x".repeat(LIMITS.publicReportBytesMax) },
    413,
    "PAYLOAD_TOO_LARGE",
    /larger/,
  ],
])("a report with %s is refused in words", async (_, body, status, code, words) => {
  const { post, doubles } = await open();
  const refused = await post(body);
  expect([refused.status, refused.body.code]).toEqual([status, code]);
  expect(refused.body.message).toMatch(words);
  expect(doubles.asked).toEqual([]);
});

test("a key that could be guessed is refused", async () => {
  const { post } = await open();
  const { status, body } = await post({ description: "x" }, { "idempotency-key": "1" });
  expect([status, body.message]).toEqual([400, expect.stringContaining("16 to")]);
});

test("a burst from one address waits, and goes on when its time is over", async () => {
  const { post, doubles } = await open();
  const report = () => post({ description: "x", lon: 1, lat: 2 });
  for (let n = 0; n < LIMITS.publicReportsPerAddressMax; n += 1) {
    expect((await report()).status).toBe(201);
  }
  const { status, body, headers } = await report();
  expect([status, body.code, headers["retry-after"]]).toEqual([429, "RATE_LIMITED", "600"]);
  doubles.clock.advance(LIMITS.publicReportsWindowMs);
  expect((await report()).status).toBe(201);
});

/** Reports that are under way until they are let go. */
async function openHeld() {
  const { post, doubles } = await open();
  const held: (() => void)[] = [];
  doubles.deps.citizenReports.take = () =>
    new Promise((resolve) => {
      held.push(() => resolve({ publicNo: "7K2MX9QP4RP", link: "own", isJoined: true }));
    });
  const report = (from: string) =>
    post({ description: "x", lon: 1, lat: 2 }, { "x-forwarded-for": from });
  return { report, held };
}
const LATER = { code: "RATE_LIMITED", details: { retryAfterS: 5 } };

test("so many are taken in at once and no more", async () => {
  const { report, held } = await openHeld();
  const max = LIMITS.publicReportsAtOnceMax;
  const first = Array.from({ length: max }, (_, n) => report(`203.0.113.${n}`));
  await expect.poll(() => held.length).toBe(max);
  expect((await report("203.0.113.99")).body).toMatchObject(LATER);
  for (const go of held) go();
  for (const each of await Promise.all(first)) expect(each.body.state).toBe("joined");
  const next = report("203.0.113.99");
  await expect.poll(() => held.length).toBe(max + 1);
  held.at(-1)?.();
  expect((await next).status).toBe(201);
});

test("one line has a part of them alone, whichever of its addresses it calls from", async () => {
  const { report, held } = await openHeld();
  const max = LIMITS.publicReportsAtOncePerAddressMax;
  expect(max).toBeLessThan(LIMITS.publicReportsAtOnceMax);
  const first = Array.from({ length: max }, (_, n) => report(`2001:db8:1:2::${n + 1}`));
  await expect.poll(() => held.length).toBe(max);
  expect((await report("2001:db8:1:2:ffff::")).body).toMatchObject(LATER);
  const other = report("2001:db8:1:3::1");
  await expect.poll(() => held.length).toBe(max + 1);
  for (const go of held) go();
  for (const each of await Promise.all([...first, other])) expect(each.status).toBe(201);
  const next = report("2001:db8:1:2::1");
  await expect.poll(() => held.length).toBe(max + 2);
  held.at(-1)?.();
  expect((await next).status).toBe(201);
});

test("what may be reported, and what a plate stands for, is told to everybody", async () => {
  const { get } = await open();
  expect((await get("categories")).body.items).toEqual([
    {
      category: "c-0102",
      title: { zh: "污水井盖", en: "Sewage cover" },
      group: "c-01",
      groupTitle: "公用设施",
    },
  ]);
  const known = await get("components/4115240102000001");
  expect(known.body).toEqual({
    code: "4115240102000001",
    title: { zh: "井盖", en: "Manhole cover" },
    street: "城关街道",
  });
  expect((await get("components/none")).body.code).toBe("ASSET_NOT_FOUND");
});

test("a layer is GeoJSON for every page, and is not sent again as long as it is the same", async () => {
  const { get } = await open();
  expect((await get("layers")).body.items).toEqual([{ layer: "toilets", count: 1 }]);
  const { status, body, headers } = await get("layers/toilets.geojson");
  expect([status, headers["content-type"]]).toEqual([200, "application/geo+json; charset=utf-8"]);
  expect(headers).toMatchObject({ "access-control-allow-origin": "*" });
  expect(JSON.parse(String(body))).toEqual({
    type: "FeatureCollection",
    features: [
      {
        type: "Feature",
        geometry: { type: "Point", coordinates: [115.41, 31.8] },
        properties: { name: "东门公厕", hours: "24/7" },
      },
    ],
  });
  const again = await get("layers/toilets.geojson", { "if-none-match": String(headers.etag) });
  expect([again.status, again.body]).toEqual([304, ""]);
  expect((await get("layers/none.geojson")).body.code).toBe("NOT_FOUND");
});
