/**
 * All formats through the whole platform, from the publish to the store, beside the native one alone: CPU
 * of the platform for each value that it stored.
 */
import type { Row } from "./bench.ts";
import { registerCrew } from "./fleet.ts";
import type { LoadCredentials } from "./load.ts";
import { LOAD_FORMATS, type LoadFormat } from "./load-messages.ts";
import {
  cpuSeconds,
  median,
  metric,
  post,
  type RunningPlatform,
  runPlatform,
} from "./processes.ts";
import { measureLoad } from "./throughput.ts";

const CONNECTIONS = 500;
const STORED = 'gridwarden_ledger_values{fate="stored"}';
const AREA = "411524";

/** A script runs in a sandbox, which costs what it costs: told beside the mix, not in it. */
const MIX = LOAD_FORMATS.filter((format) => format !== "script");

export async function measureMix(plan: { runs: number; messages: number }): Promise<Row[]> {
  const runs: { native: number; mixed: number; scripts: number }[] = [];
  for (let run = 0; run < plan.runs; run += 1) {
    runs.push({
      native: await microsAValue(["native"], plan.messages),
      mixed: await microsAValue(MIX, plan.messages),
      scripts: await microsAValue(["script"], Math.ceil(plan.messages / 4)),
    });
  }
  const of = (name: keyof (typeof runs)[number]): number => median(runs.map((run) => run[name]));
  const beside = (name: "mixed" | "scripts"): string =>
    `${of(name).toFixed(2)} µs against ${of("native").toFixed(2)}: ${(of(name) / of("native")).toFixed(2)}`;
  return [
    {
      what: `platform's CPU a stored value: ${MIX.join(", ")} in equal parts, against native alone, median of ${plan.runs}`,
      measured: beside("mixed"),
      wanted: "≤ 1.3",
    },
    {
      what: "the same of ChirpStack's frames by a vendor's script in the sandbox alone",
      measured: beside("scripts"),
      wanted: "said",
    },
  ];
}

async function microsAValue(formats: readonly LoadFormat[], messages: number): Promise<number> {
  const platform = await runPlatform();
  try {
    await registerCrew(platform, "works", "crew-1");
    await describeVendors(platform);
    const devices: LoadCredentials[] = [];
    for (const format of formats) {
      devices.push(
        ...(await registerSpeakers(platform, format, Math.floor(CONNECTIONS / formats.length))),
      );
    }
    const load = { rate: 0, windowPerDevice: 10 };
    const share = Math.ceil(messages / CONNECTIONS);
    const warmUp = { messages: Math.ceil(messages / 10), secondsBefore: 2 * share };
    await measureLoad(platform, devices, { ...load, ...warmUp });
    const before = { stored: await metric(platform, STORED), cpu: cpuSeconds(platform.pid) };
    await measureLoad(platform, devices, { ...load, messages, secondsBefore: share });
    const stored = (await metric(platform, STORED)) - before.stored;
    return ((cpuSeconds(platform.pid) - before.cpu) * 1e6) / stored;
  } finally {
    await platform.stop();
  }
}

/** Devices of one format; those that a network server or a collector speaks for share its account. */
async function registerSpeakers(
  platform: RunningPlatform,
  format: LoadFormat,
  count: number,
): Promise<LoadCredentials[]> {
  const { http } = platform.ports;
  const call = <T>(path: string, body: object): Promise<T> =>
    post<T>(http, platform.token, `/api/v1/${path}`, body);
  const isNative = format === "native";
  const service = isNative
    ? undefined
    : await call<{ key: string }>("services", {
        ...{ serviceId: format, publish: [PUBLISHED[format]], subscribe: [] },
      });
  const made: LoadCredentials[] = [];
  for (let n = 0; n < count; n += 1) {
    const deviceId = `${format}-${n}`;
    const digits = String(n).padStart(6, "0");
    const assetId = `asset-${deviceId}`;
    const isPlant = format === "hj212";
    await call("assets", {
      ...{ assetId, name: assetId, lon: 115.4, lat: 31.8, maintenanceUnitId: "works" },
      class: isPlant ? "sewage-plant" : "manhole-cover",
      componentCode: `${AREA}01${isPlant ? "20" : "02"}${digits}`,
      ...(isPlant && { attributes: { point: "process" } }),
    });
    const externalId = externalIdOf(format, n);
    const foreign = isNative ? {} : { externalId, ...FORMATS[format] };
    const secret = isPlant ? { protocolPassword: "123456" } : {};
    const { key } = await call<{ key: string }>("devices", {
      ...{ deviceId, assetId, ...foreign, ...secret },
    });
    made.push({
      ...{ deviceId, format, externalId },
      ...(service === undefined ? { key } : { key: service.key, username: format }),
    });
  }
  return made;
}

type Foreign = Exclude<LoadFormat, "native">;

const PUBLISHED: Record<Foreign, string> = {
  hj212: "hj212/#",
  chirpstack: "application/#",
  script: "application/#",
  "things-stack": "v3/#",
  senml: "senml/#",
  sparkplug: "spBv1.0/#",
  json: "acme/#",
};

const FORMATS: Record<Foreign, { format: string; decoder?: string }> = {
  hj212: { format: "hj212" },
  chirpstack: { format: "chirpstack" },
  script: { format: "chirpstack", decoder: "acme-cover" },
  "things-stack": { format: "things-stack" },
  senml: { format: "senml" },
  sparkplug: { format: "sparkplug" },
  json: { format: "json" },
};

const SCRIPT = `function decodeUplink(input) {
  var b = input.bytes;
  var word = function (at) { return (b[at] << 8) | b[at + 1]; };
  return { data: { tilt: word(0) / 10, level: word(2) + " cm", temperature: word(4) / 10 } };
}`;

/** The vendor's script and the vendor's JSON. */
async function describeVendors(platform: RunningPlatform): Promise<void> {
  const field = (path: string, measurement: string, more = {}) => ({ path, measurement, ...more });
  await put(platform, "decoders/acme-cover", {
    ...{ name: "Acme cover", kind: "script", script: SCRIPT },
    mapping: {
      fields: [
        field("tilt", "tiltDeg"),
        field("level", "waterLevelCm"),
        field("temperature", "temperatureC"),
      ],
    },
  });
  await put(platform, "json-sources/acme", {
    topic: "acme/{id}/up",
    mapping: {
      time: { path: "ts", format: "ms" },
      fields: [
        field("d.angle", "tiltDeg", { scale: 0.1 }),
        field("d.level", "waterLevelCm"),
        field("d.temp", "temperatureC"),
      ],
    },
  });
}

async function put({ ports, token }: RunningPlatform, path: string, body: object): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${ports.http}/api/v1/${path}`, {
    method: "PUT",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`PUT ${path}: ${response.status} ${await response.text()}`);
}

/** A DevEUI, or an MN of 24 digits. */
function externalIdOf(format: LoadFormat, n: number): string {
  if (format === "hj212") return `41152400000000000000${String(n).padStart(4, "0")}`;
  if (format === "sparkplug") return `plants/edge-${n}`;
  if (format === "senml" || format === "json") return `${format}-${n}`;
  return `${EUI_BEGINS[format] ?? "0004a30b"}${n.toString(16).padStart(8, "0")}`;
}

const EUI_BEGINS: Partial<Record<LoadFormat, string>> = {
  chirpstack: "24e12471",
  script: "24e12472",
};
