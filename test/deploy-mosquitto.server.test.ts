/** The Mosquitto of compose.yaml, as Debian's package runs it: its settings, its list, its password. */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../bench/free-port.ts";
import { readText } from "./support/deploy.ts";
import { makeSecrets } from "./support/deploy-secrets.ts";
import { isAnswering } from "./support/mosquitto.ts";
import { until } from "./support/platform.ts";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-deploy-mosquitto-"));
let port = 0;
let child: ChildProcess;

beforeAll(async () => {
  makeSecrets(["--host", join(directory, "secrets")]);
  mkdirSync(join(directory, "data"));
  writeFileSync(join(directory, "acl"), readText("deploy/mosquitto/acl"), { mode: 0o600 });
  chmodSync(directory, 0o700);
  port = await freePort();
  const conf = readText("deploy/mosquitto/mosquitto.conf")
    .replace("listener 1883", `listener ${port} 127.0.0.1`)
    .replace("/run/secrets", join(directory, "secrets"))
    .replace("/mosquitto/config/acl", join(directory, "acl"))
    .replace("/mosquitto/data", join(directory, "data"));
  const file = join(directory, "mosquitto.conf");
  writeFileSync(file, `${conf}\nuser root\n`);
  child = spawn("/usr/sbin/mosquitto", ["-c", file], { stdio: "ignore" });
  await until(() => isAnswering(port, child), "mosquitto to listen");
});

afterAll(async () => {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
  rmSync(directory, { recursive: true, force: true });
});

const address = (): URL => {
  const url = new URL(readFileSync(join(directory, "secrets", "gridwarden-mqtt-url"), "utf8"));
  url.port = String(port);
  return url;
};

test("the platform's address and password let it in, with what it may read and write", async () => {
  const client = await connectAsync(address().href, { reconnectPeriod: 0 });
  const granted = await client.subscribeAsync(["v1/#", "hj212/+/up"], { qos: 1 });
  expect(granted.map(({ qos }) => qos)).toEqual([1, 1]);
  await client.publishAsync("v1/crews/crew-1/cases", "{}", { qos: 1 });
  await client.endAsync();
});

test("another password, another name and nobody are refused", async () => {
  const wrong = address();
  wrong.password = "wrong";
  const stranger = address();
  stranger.username = "stranger";
  for (const url of [wrong.href, stranger.href, `mqtt://127.0.0.1:${port}`]) {
    await expect(connectAsync(url, { reconnectPeriod: 0 }, false)).rejects.toThrow(
      /not authori[sz]ed/i,
    );
  }
});
