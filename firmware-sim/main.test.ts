import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readArguments, UsageError } from "./arguments.ts";
import { startTinyBroker, type TinyBroker } from "./doubles/tiny-broker.ts";
import { runSim } from "./main.ts";
import { checkClock } from "./platform-clock.ts";
import { assetsCsv } from "./register.ts";

let folder: string;
let api: Server;
let apiUrl: string;
let broker: TinyBroker;
let calls: { method: string; url: string; body: string; token: string }[];
let registered: Set<string>;
let clockPair: string | null;
let shown: { out: string; error: string };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gridwarden-sim-"));
  broker = await startTinyBroker();
  calls = [];
  registered = new Set();
  clockPair = null;
  api = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      calls.push({ method, url, body, token: headers.authorization ?? "" });
      const { status, answer } = answerTo(url, body);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  shown = { out: "", error: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    shown.out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    shown.error += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
  await broker.stop();
  api.closeAllConnections();
  await new Promise((resolve) => api.close(resolve));
});

/** The few calls of the platform that a fleet makes, as the contract has them. */
function answerTo(url: string, body: string): { status: number; answer: unknown } {
  if (url === "/healthz") {
    const now = "2026-11-23T09:00:00.000+08:00";
    return { status: 200, answer: { status: "ok", now, clock: clockPair, speed: 1 } };
  }
  if (url === "/api/v1/login") {
    const isRight = JSON.parse(body).password === "secret";
    if (isRight) return { status: 200, answer: { token: "t0k" } };
    return { status: 401, answer: { code: "LOGIN_REFUSED", message: "wrong" } };
  }
  if (url === "/api/v1/assets/import") {
    return { status: 200, answer: { created: 1, updated: 0, rejected: [] } };
  }
  if (url === "/api/v1/devices/import") return { status: 200, answer: importDevices(body) };
  const keyOf = /^\/api\/v1\/devices\/(.+)\/key$/.exec(url)?.[1];
  if (keyOf !== undefined) return { status: 200, answer: { deviceId: keyOf, key: `new ${keyOf}` } };
  if (registered.has(body)) {
    return { status: 409, answer: { code: "UNIT_EXISTS", message: "registered already" } };
  }
  registered.add(body);
  return { status: 201, answer: { key: `key of ${JSON.parse(body).gatewayId ?? ""}` } };
}

function importDevices(body: string): unknown {
  const devices: { deviceId: string }[] = JSON.parse(body).devices;
  const isOld = ({ deviceId }: { deviceId: string }): boolean => registered.has(deviceId);
  const rejected = devices.flatMap((device, index) =>
    isOld(device) ? [{ row: index + 1, code: "DEVICE_EXISTS", message: "" }] : [],
  );
  const created = devices
    .filter((device) => !isOld(device))
    .map(({ deviceId }) => ({ deviceId, key: `key of ${deviceId}` }));
  for (const { deviceId } of devices) registered.add(deviceId);
  return { created, rejected };
}

const SCENARIO = {
  name: "mine",
  title: { zh: "我的", en: "mine" },
  about: "",
  fleet: { devices: { "manhole-cover": 2, "waste-bin": 2, "sewage-plant": 1 }, components: 3 },
  suggested: { clock: "2026-11-23T09:00:00+08:00,1", duration: "1h" },
  faults: [
    {
      what: "cover-stolen",
      class: "manhole-cover",
      count: 1,
      at: "0s",
      expectsCase: "cover-displaced",
    },
  ],
};

function argumentsFor(...more: string[]): string[] {
  const file = join(folder, "mine.json");
  writeFileSync(file, JSON.stringify(SCENARIO));
  return [
    ...["--scenario-file", file, "--broker", broker.url, "--api", apiUrl, "--duration", "0.4s"],
    ...["--credentials-file", join(folder, "keys.json"), "--ledger", join(folder, "ledger.jsonl")],
    ...more,
  ];
}
const secret = ["--admin-password", "secret"];

test("registers the fleet as admin, lives it with the keys it got, and writes the ledger", async () => {
  expect(await runSim(argumentsFor(...secret))).toBe(0);
  const paths = calls.map(({ url }) => url);
  expect(paths.slice(0, 3)).toEqual(["/api/v1/login", "/healthz", "/api/v1/units"]);
  expect(paths.slice(-3)).toEqual([
    "/api/v1/gateways",
    "/api/v1/assets/import",
    "/api/v1/devices/import",
  ]);
  expect(calls.slice(2).every(({ token }) => token === "Bearer t0k")).toBe(true);
  const devices: Record<string, unknown>[] = JSON.parse(calls.at(-1)?.body ?? "{}").devices;
  expect(devices.find(({ format }) => format === "hj212")).toMatchObject({
    externalId: "411524WWTP00000000000001",
    protocolPassword: "000001",
  });
  expect(devices.filter(({ gatewayId }) => gatewayId === "gw-0001")).toHaveLength(2);
  const signedIn = broker.connects.map(({ username, password }) => `${username}: ${password}`);
  expect(signedIn).toContain("gw-0001: key of gw-0001");
  expect(signedIn).toContain("mc-000001: key of mc-000001");
  const [line = ""] = readFileSync(join(folder, "ledger.jsonl"), "utf8").split("\n");
  expect(JSON.parse(line)).toMatchObject({
    what: "cover-stolen",
    class: "manhole-cover",
    expectsCase: "cover-displaced",
  });
  expect(JSON.parse(line).at).toMatch(/^2026-11-23T09:00:0\d\.\d{3}\+08:00$/);
  expect(shown.out).toContain("4 of 4 lines are connected");
});

test("a second run uses the keys it kept, and asks new ones where the file is gone", async () => {
  const keys = join(folder, "keys.json");
  await runSim(argumentsFor(...secret));
  expect(statSync(keys).mode & 0o777).toBe(0o600);
  calls = [];
  expect(await runSim(argumentsFor(...secret))).toBe(0);
  expect(calls.some(({ url }) => url.includes("/devices"))).toBe(false);
  const ring = JSON.parse(readFileSync(keys, "utf8"));
  writeFileSync(keys, JSON.stringify({ ...ring, devices: {} }));
  expect(await runSim(argumentsFor(...secret))).toBe(0);
  expect(broker.connects.map(({ password }) => String(password))).toContain("new mc-000001");
});

test("a gateway whose key is lost ends the run and says which file is needed", async () => {
  await runSim(argumentsFor(...secret));
  rmSync(join(folder, "keys.json"));
  expect(await runSim(argumentsFor(...secret))).toBe(1);
  expect(shown.error).toContain("gateway 'gw-0001' is registered already");
  expect(shown.error).toContain("--credentials-file");
});

test.each([
  [["--sead", "3"], "--sead"],
  [["--seed", "many"], "--seed: got 'many', wanted a whole number"],
  [
    ["--broker", "localhost"],
    "--broker: got 'localhost', wanted mqtt://host:port or mqtts://host:port",
  ],
  [["--clock", "tomorrow"], "--clock: got 'tomorrow'"],
  [["--duration", "soon"], "--duration: got 'soon'"],
  [["--devices", "0"], "--devices: got '0'"],
  [["--scenario", "nope"], "there is no such scenario"],
  [["--scenario-file", "/nowhere/x.json"], "--scenario-file '/nowhere/x.json' cannot be read"],
  [["--admin-password-file", "/nowhere/p"], "the password of 'admin' is not known"],
])("a wrong command line ends with 64 and says what is wrong: %j", async (args, part) => {
  expect(await runSim(["--api", apiUrl, ...args])).toBe(64);
  expect(shown.error).toContain(part);
});

test("what fails outside ends with 1 and names the call and its answer", async () => {
  expect(await runSim(argumentsFor("--admin-password", "wrong"))).toBe(1);
  expect(shown.error).toContain("POST /api/v1/login answered 401 LOGIN_REFUSED: wrong");
  expect(await runSim(["--api", "http://127.0.0.1:1", ...secret])).toBe(1);
  expect(shown.error).toContain("is the platform running there?");
});

test("another clock than the platform's is refused by name", async () => {
  clockPair = "2026-11-23T06:00:00+08:00,60";
  expect(await runSim(argumentsFor(...secret, "--clock", "2026-11-23T06:00:00+08:00,30"))).toBe(64);
  expect(shown.error).toContain("CLOCK_MISMATCH");
  expect(shown.error).toContain("give --clock '2026-11-23T06:00:00+08:00,60'");
  expect(broker.connects).toEqual([]);
});

test.each([
  [undefined, null, 1],
  ["2026-11-23T06:00:00+08:00,60", "2026-11-22T22:00:00Z,60", 60],
  ["2026-11-23T06:00:00+08:00,60", null, "CLOCK_MISMATCH"],
  [undefined, "2026-11-23T06:00:00+08:00,60", "CLOCK_MISMATCH"],
  ["2026-11-23T06:00:00+08:00,60", "2026-11-23T06:00:00+08:00,61", "CLOCK_MISMATCH"],
])("clock %j against the platform's %j gives %j", (wanted, platform, outcome) => {
  const read = readArguments(wanted === undefined ? [] : ["--clock", wanted]);
  const pair = read.kind === "run" ? read.clock : undefined;
  const check = () => checkClock(pair, { status: "ok", now: "", clock: platform });
  if (outcome === "CLOCK_MISMATCH") expect(check).toThrow(UsageError);
  else expect(check()).toEqual({ speed: outcome });
});

test("--api off registers nothing and needs no platform; --list and --help only show", async () => {
  const args = argumentsFor();
  expect(
    await runSim([...args.filter((arg) => arg !== "--api" && arg !== apiUrl), "--api", "off"]),
  ).toBe(0);
  expect(calls).toEqual([]);
  expect(broker.connects.every(({ username }) => username === undefined)).toBe(true);
  expect(existsSync(join(folder, "keys.json"))).toBe(false);
  expect(await runSim(["--list"])).toBe(0);
  expect(await runSim(["--help"])).toBe(0);
  expect(shown.out).toContain("cover-theft");
  expect(shown.out).toContain("--credentials-file FILE");
});

test("assets go out as CSV with attributes in columns of their own, quoted where they must be", () => {
  const asset = {
    assetId: "1",
    class: "sewage-plant",
    componentCode: "4115240198000001",
    name: 'a "b", c',
    lon: 115.4,
    lat: 31.8,
    gridCell: "41152400100101",
    responsibleGrid: "41152400101",
    attributes: { point: "outlet", designM3h: 1250 },
  };
  expect(assetsCsv([asset])).toBe(
    "assetId,class,componentCode,name,lon,lat,gridCell,responsibleGrid,maintenanceUnitId,ownerUnitId,competentUnitId,parentAssetId,attributes.designM3h,attributes.point\r\n" +
      '1,sewage-plant,4115240198000001,"a ""b"", c",115.4,31.8,41152400100101,41152400101,,,,,1250,outlet\r\n',
  );
});
