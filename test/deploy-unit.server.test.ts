/**
 * The systemd unit without a systemd that runs: by its own verifier and its rating of exposure, and
 * its exact command as an ordinary user with its environment, on the files that the image copies
 * and on nothing else. What the start, some work and the stop ask of the kernel is what the unit's
 * filters let through.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readText, readUnit, root, settings, startScript } from "./support/deploy.ts";
import { makeSecrets } from "./support/deploy-secrets.ts";
import { signIn, until } from "./support/platform.ts";

const UNIT = "deploy/systemd/gridwarden.service";
const SERVERS = "deploy/systemd/servers.conf";
/** Known since systemd 254; an older one says that it leaves them out. */
const NEWER_KEYS = /Unknown key( name)? '(RestartSteps|RestartMaxDelaySec)'/;
/** 10 is a service that is open to everything. */
const EXPOSURE_MAX = 1.5;
/** Nobody's, where the tests run as root. */
const USER = process.getuid?.() === 0 ? 65_534 : process.getuid?.();

const service = readUnit(UNIT).Service ?? {};
const directory = mkdtempSync(join(tmpdir(), "gridwarden-unit-"));
const program = join(directory, "opt/gridwarden");
const state = join(directory, "state");
const credentials = join(directory, "credentials");
const secrets = join(directory, "secrets");

/** The unit's paths in this test's folder. */
const here = (text: string): string =>
  text
    .replaceAll("/usr/bin/node", process.execPath)
    .replaceAll("/opt/gridwarden", program)
    .replaceAll("/var/lib/gridwarden", state)
    .replaceAll("/etc/gridwarden/secrets", secrets)
    .replaceAll("%d", credentials);

beforeAll(() => {
  chmodSync(directory, 0o755);
  makeSecrets(["--host", secrets]);
  for (const each of [state, credentials]) mkdirSync(each, { mode: 0o700 });
  for (const [name = "", file = ""] of (service.LoadCredential ?? []).map((one) =>
    one.split(":"),
  )) {
    copyFileSync(here(file), join(credentials, name));
    own(join(credentials, name));
  }
  for (const each of [state, credentials]) own(each);
  installProgram();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function own(path: string): void {
  if (USER !== undefined) chownSync(path, USER, USER);
}

/** What the last stage of the Dockerfile copies: package.json, dist/ and the libraries but no tool. */
function installProgram(): void {
  mkdirSync(program, { recursive: true });
  copyFileSync(join(root, "package.json"), join(program, "package.json"));
  cpSync(join(root, "dist"), join(program, "dist"), { recursive: true });
  const { packages } = JSON.parse(readText("package-lock.json")) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
  };
  const kept = Object.entries(packages)
    .filter(([path, { dev }]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && dev !== true)
    .map(([path]) => path);
  for (const path of kept) {
    mkdirSync(dirname(join(program, path)), { recursive: true });
    // A package for another kind of machine is not there.
    const linked = spawnSync("cp", ["-al", join(root, path), join(program, path)]);
    if (linked.status !== 0) spawnSync("cp", ["-a", join(root, path), join(program, path)]);
  }
}

function environment(): Record<string, string> {
  const told = (service.Environment ?? []).flatMap((line) => line.split(" "));
  return {
    ...Object.fromEntries(
      told.map((each) => [
        each.slice(0, each.indexOf("=")),
        here(each.slice(each.indexOf("=") + 1)),
      ]),
    ),
    // As /etc/gridwarden/environment would say.
    GRIDWARDEN_MQTT_PORT: "0",
    GRIDWARDEN_HTTP_PORT: "0",
    GRIDWARDEN_BIND: "127.0.0.1",
  };
}

interface Running {
  child: ChildProcess;
  mqtt: number;
  http: number;
  output(): string;
  ended: Promise<number | string>;
}

async function startUnit(wrapper: readonly string[] = []): Promise<Running> {
  const command = [...wrapper, ...here(service.ExecStart?.[0] ?? "").split(" ")];
  const child = spawn(command[0] ?? "", command.slice(1), {
    cwd: state,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
    ...(USER !== undefined && { uid: USER, gid: USER }),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = new Promise<number | string>((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "?"));
  });
  const line = await until(
    () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${output}`);
      return output.split("\n").find((each) => each.includes("gridwarden is ready"));
    },
    "the unit's command to be ready",
    90_000,
  );
  const { mqtt, http } = JSON.parse(line) as { mqtt: number; http: number };
  return { child, mqtt, http, output: () => output, ended };
}

test("systemd finds no fault in the unit, nor with the drop-in of the servers", () => {
  const units = join(directory, "units");
  mkdirSync(join(units, "gridwarden.service.d"), { recursive: true });
  writeFileSync(join(units, "gridwarden.service"), here(readText(UNIT)));
  const verify = () => spawnSync("systemd-analyze", ["verify", join(units, "gridwarden.service")]);
  const complaints = (said: { stderr: Buffer; stdout: Buffer }) =>
    `${said.stderr}${said.stdout}`.split("\n").filter((line) => line && !NEWER_KEYS.test(line));
  const alone = verify();
  expect(complaints(alone)).toEqual([]);
  expect(alone.status).toBe(0);
  const dropIn = join(units, "gridwarden.service.d/servers.conf");
  writeFileSync(dropIn, readText(SERVERS));
  expect(complaints(verify())).toEqual([]);
  writeFileSync(dropIn, "[Service]\nLoadCredentials=a:b\n");
  expect(complaints(verify()).join()).toContain("LoadCredentials");
});

test("what is open to the service is rated low", () => {
  const said = spawnSync(
    "systemd-analyze",
    ["security", "--offline=true", `--threshold=${EXPOSURE_MAX * 10}`, join(root, UNIT)],
    { encoding: "utf8" },
  );
  expect(`${said.stdout}${said.stderr}`).toMatch(/Overall exposure level/);
  expect(said.status).toBe(0);
});

test("it runs what npm start runs: its flags and its environment, without the look for a build", () => {
  const start = startScript();
  expect(service.ExecStart).toEqual([
    ["/usr/bin/node", ...start.flags, "/opt/gridwarden/dist/app/main.js", ...start.arguments].join(
      " ",
    ),
  ]);
  expect(environment()).toMatchObject(start.environment);
});

test("every setting that unit and drop-in name is one that the platform reads", () => {
  const named = [UNIT, SERVERS].flatMap((file) => readText(file).match(/GRIDWARDEN_[A-Z0-9_]+/g));
  const known = settings();
  expect(named.filter((name) => !known.has(name ?? ""))).toEqual([]);
});

test("every credential is a file that make-secrets.sh makes", () => {
  const dropIn = readUnit(SERVERS).Service ?? {};
  const files = [...(service.LoadCredential ?? []), ...(dropIn.LoadCredential ?? [])];
  const { made } = makeSecrets(["--host", secrets]);
  for (const each of files) {
    expect(made).toContain(each.split("/etc/gridwarden/secrets/")[1]);
  }
});

test("its command, as an ordinary user, is ready, lets the administrator in and stops cleanly", async () => {
  const running = await startUnit();
  try {
    expect((await fetch(`http://127.0.0.1:${running.http}/readyz`)).status).toBe(200);
    const api = await signIn(running.http, "admin", adminPassword());
    expect((await api.get("/api/v1/units")).status).toBe(200);
  } finally {
    const askedAt = performance.now();
    running.child.kill("SIGTERM");
    expect(await running.ended).toBe(0);
    expect(performance.now() - askedAt).toBeLessThan(Number(service.TimeoutStopSec?.[0]) * 1000);
  }
  expect(running.output()).toContain("SIGTERM: stopping");
});

test("what it asks of the kernel is what the unit's filters let through", async () => {
  const trace = join(state, "trace");
  const running = await startUnit(["strace", "-f", "-o", trace]);
  await workWith(running);
  const pid = Number(
    readFileSync(`/proc/${running.child.pid}/task/${running.child.pid}/children`, "utf8"),
  );
  process.kill(pid, "SIGTERM");
  await running.ended;
  const text = readFileSync(trace, "utf8");
  const calls = new Set([...text.matchAll(/^\d+ +(\w+)\(/gm)].map(([, name = ""]) => name));
  expect(calls.size).toBeGreaterThan(40);
  const allowed = allowedCalls();
  expect([...calls].filter((name) => !allowed.has(name))).toEqual([]);
  const families = new Set([...text.matchAll(/ socket\((AF_\w+)/g)].map(([, name]) => name));
  expect(service.RestrictAddressFamilies?.[0]?.split(" ")).toEqual(
    expect.arrayContaining([...families]),
  );
});

const adminPassword = (): string =>
  readFileSync(join(secrets, "gridwarden-admin-password"), "utf8");

/** A device is registered, sends a reading that opens a case, and the reading is asked for. */
async function workWith({ mqtt, http }: Running): Promise<void> {
  const api = await signIn(http, "admin", adminPassword());
  await api.post("/api/v1/assets", {
    assetId: "cover-1",
    class: "manhole-cover",
    componentCode: "4115240102000001",
    name: "Cover at the east gate",
    lon: 115.41,
    lat: 31.8,
  });
  const made = await api.post<{ key: string }>("/api/v1/devices", {
    deviceId: "mc-1",
    assetId: "cover-1",
  });
  const device = await connectAsync(`mqtt://127.0.0.1:${mqtt}`, {
    username: "mc-1",
    password: made.body.key,
  });
  await device.publishAsync("v1/manhole-cover/mc-1/telemetry", '{"values":{"tiltDeg":38.5}}', {
    qos: 1,
  });
  await device.endAsync();
  const day = 86_400_000;
  const [from, to] = [Date.now() - day, Date.now() + day].map((at) => new Date(at).toISOString());
  await until(async () => {
    const asked = `/api/v1/readings?assetId=cover-1&measurement=tiltDeg&from=${from}&to=${to}`;
    const { body } = await api.get<{ series: unknown[] }>(asked);
    return body.series.length > 0;
  }, "the reading to be there");
  const cases = await api.get<{ items: unknown[] }>("/api/v1/cases?status=open");
  expect(cases.body.items).toHaveLength(1);
  await (await fetch(`http://127.0.0.1:${http}/metrics`)).text();
}

/** The calls of SystemCallFilter, its groups unfolded. */
function allowedCalls(): Set<string> {
  const said = spawnSync("systemd-analyze", ["syscall-filter"], {
    encoding: "utf8",
    env: { ...process.env, SYSTEMD_COLORS: "0" },
  }).stdout;
  const groups = new Map<string, string[]>();
  let group: string[] = [];
  for (const line of said.split("\n")) {
    if (line.startsWith("@")) {
      group = [];
      groups.set(line.trim(), group);
    } else if (/^ +[@\w]/.test(line)) group.push(line.trim());
  }
  const unfold = (name: string): string[] =>
    name.startsWith("@") ? (groups.get(name) ?? []).flatMap(unfold) : [name];
  const [allowed = "", refused = ""] = service.SystemCallFilter ?? [];
  const calls = new Set(["@default", ...allowed.split(" ")].flatMap(unfold));
  expect(refused.startsWith("~")).toBe(true);
  for (const name of refused.slice(1).split(" ").flatMap(unfold)) calls.delete(name);
  return calls;
}
