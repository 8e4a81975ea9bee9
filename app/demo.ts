/**
 * `npm run demo`: the platform with embedded parts and a simulated county as separate device
 * clients over real MQTT, in a process of their own. Says where to look, how to sign in, and which
 * command opens a case by hand.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { AssetId, CrewId, DeviceId, UnitId } from "../model/ids.ts";
import { silentLog } from "../model/log.ts";
import { Asset, Crew, Device, Unit } from "../model/registry.ts";
import type { Registry } from "../registry/registry.ts";
import type { Config } from "./config.ts";
import { createLog } from "./log.ts";
import { dataPaths } from "./paths.ts";
import { createPlatform } from "./platform.ts";
import { stopOnSignal } from "./stop.ts";

const DEVICES = "3000";
const SCENARIO = "county";
const STEPS = 4;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

export async function runDemo(given: Config, args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      devices: { type: "string", default: DEVICES },
      scenario: { type: "string", default: SCENARIO },
      seed: { type: "string", default: "7" },
    },
  });
  const begunAt = performance.now();
  const step = (number: number, text: string): void => {
    const seconds = ((performance.now() - begunAt) / 1000).toFixed(1);
    say(`[${number}/${STEPS}] ${seconds.padStart(5)} s  ${text}`);
  };
  const config = await demoConfig(given);
  const log = config.logLevel === "debug" ? createLog("debug") : silentLog;
  const platform = createPlatform(config, log);
  let fleet: ChildProcess | undefined;
  stopOnSignal(
    {
      async stop() {
        fleet?.kill("SIGTERM");
        await platform.stop();
      },
    },
    log,
  );

  step(1, `starting the platform on ${config.dataDirectory}`);
  const { ports } = await platform.start();
  const password = config.adminPassword ?? adminPassword(config);
  step(2, `MQTT listens on port ${ports.mqtt}, API and page on port ${ports.http}`);
  const hands = await registerByHand(platform.registry, config.areaCode);
  step(3, `registering the county and connecting ${values.devices} simulated devices`);
  fleet = spawn(
    process.execPath,
    [
      fileURLToPath(new URL("./main.js", import.meta.url)),
      "sim",
      ...["--scenario", values.scenario, "--devices", values.devices, "--seed", values.seed],
      ...["--broker", `mqtt://127.0.0.1:${ports.mqtt}`, "--api", `http://127.0.0.1:${ports.http}`],
      ...(ports.hj212 === undefined ? [] : ["--hj212-port", String(ports.hj212)]),
      ...["--credentials-file", join(config.dataDirectory, "sim-credentials.json")],
      ...["--ledger", join(config.dataDirectory, "sim-ledger.jsonl")],
      ...(config.adminPassword === undefined
        ? ["--admin-password-file", dataPaths(config.dataDirectory).adminPassword]
        : ["--admin-password", config.adminPassword]),
      ...(config.clock === undefined ? [] : ["--clock", config.clock.text]),
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let isAlive = false;
  fleet.stdout?.on("data", (chunk: Buffer) => {
    for (const line of chunk
      .toString()
      .split("\n")
      .filter((each) => each.trim() !== "")) {
      say(`          ${line}`);
      if (isAlive || !line.includes("lines are connected")) continue;
      isAlive = true;
      step(4, "the county is alive");
      say(guide(ports, password, hands));
    }
  });
  fleet.once("exit", (code) => {
    if (code !== 0 && code !== null) say(`the simulated fleet ended with ${code}`);
  });
}

/** A folder that is the demo's own, made anew; ports that are taken give way to free ones. */
async function demoConfig(given: Config): Promise<Config> {
  const isOwnFolder = given.isDataDirectoryDefault;
  const dataDirectory = isOwnFolder ? join(given.dataDirectory, "demo") : given.dataDirectory;
  if (isOwnFolder) rmSync(dataDirectory, { recursive: true, force: true });
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  return {
    ...given,
    dataDirectory,
    // Embedded parts only, which the fleet and the lines to paste reach without a certificate.
    mqttUrl: undefined,
    tls: undefined,
    mqttsPort: undefined,
    mqttPort: await freeOr0(given.mqttPort, given.bind),
    httpPort: await freeOr0(given.httpPort, given.bind),
    hj212Port: given.hj212Port ?? 0,
  };
}

function freeOr0(port: number, bind: string | undefined): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(0));
    probe.listen(port, bind, () => probe.close(() => resolve(port)));
  });
}

function adminPassword(config: Config): string {
  return readFileSync(dataPaths(config.dataDirectory).adminPassword, "utf8").trim();
}

interface Hands {
  device: { deviceId: string; key: string };
  crew: { crewId: string; key: string };
}

/** A cover with a device, and a crew that gets its orders, for a person to try by hand. */
async function registerByHand(registry: Registry, areaCode: string): Promise<Hands> {
  const unitId = UnitId.parse("demo-works");
  const assetId = AssetId.parse("demo-cover");
  const crewId = CrewId.parse("demo-crew");
  const deviceId = DeviceId.parse("demo-device");
  if (registry.unit(unitId) === undefined) {
    await registry.units.create(Unit.parse({ unitId, name: "市政维护一队", kind: "contractor" }));
  }
  const crew =
    registry.crew(crewId) === undefined
      ? await registry.crews.create(Crew.parse({ crewId, name: "抢修一组", unitId }))
      : { crewId, ...(await registry.newKey(crewId)) };
  if (registry.asset(assetId) === undefined) {
    await registry.assets.create(
      Asset.parse({
        assetId,
        class: "manhole-cover",
        componentCode: `${areaCode}0102999999`,
        name: "示范井盖",
        lon: 115.41,
        lat: 31.8,
        maintenanceUnitId: unitId,
      }),
    );
  }
  const device =
    registry.device(deviceId) === undefined
      ? await registry.deviceRegister.create(Device.parse({ deviceId, assetId }))
      : { deviceId, ...(await registry.newKey(deviceId)) };
  return { device, crew };
}

function guide(
  ports: { mqtt?: number; http: number },
  password: string,
  { device, crew }: Hands,
): string {
  const mqtt = `-h 127.0.0.1 -p ${ports.mqtt}`;
  return `
  Look      http://127.0.0.1:${ports.http}/   sign in as admin with the password ${password}
  Crew      mosquitto_sub ${mqtt} -i phone-1 -c -q 1 -u ${crew.crewId} -P ${crew.key} -t v1/crews/${crew.crewId}/cases
  Break in  mosquitto_pub ${mqtt} -q 1 -u ${device.deviceId} -P ${device.key} -t v1/manhole-cover/${device.deviceId}/telemetry -m '{"values":{"tiltDeg":38.5,"isOpen":true}}'

  The last line lifts a manhole cover: a case with a deadline stands on the page, and the crew has its order.
  Ctrl-C stops everything; what was kept stays until the next demo.
`;
}
