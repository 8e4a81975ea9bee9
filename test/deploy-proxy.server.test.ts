/** The page and API behind the nginx of deploy/nginx, as Debian's package runs it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { type RequestOptions, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWebSocketStream, WebSocket } from "ws";
import { freePort } from "../bench/free-port.ts";
import { RawClient } from "../broker/raw-client.ts";
import { TEST_CERTIFICATE, TEST_KEY } from "../broker/test-certificate.ts";
import { LIMITS } from "../model/limits.ts";
import { readText } from "./support/deploy.ts";
import { isAnswering } from "./support/mosquitto.ts";
import { ADMIN_PASSWORD, startPlatform, type TestPlatform, until } from "./support/platform.ts";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-proxy-"));
let platform: TestPlatform;
let nginx: ChildProcess;
let port = 0;

beforeAll(async () => {
  platform = await startPlatform({
    GRIDWARDEN_MQTT_WS_PORT: "0",
    GRIDWARDEN_TRUSTED_PROXIES: "127.0.0.1",
  });
  const [plain, secure] = [await freePort(), await freePort()];
  port = secure;
  const site = readText("deploy/nginx/gridwarden.conf")
    .replaceAll(/listen \[::\].*\n/g, "")
    .replace("listen 80;", `listen 127.0.0.1:${plain};`)
    .replace("listen 443", `listen 127.0.0.1:${secure}`)
    .replace("/etc/ssl/gridwarden/fullchain.pem", join(directory, "certificate.pem"))
    .replace("/etc/ssl/gridwarden/key.pem", join(directory, "key.pem"))
    .replace("127.0.0.1:8080;", `127.0.0.1:${platform.ports.http};`)
    .replace("127.0.0.1:8083;", `127.0.0.1:${platform.ports.ws};`);
  writeFileSync(join(directory, "certificate.pem"), TEST_CERTIFICATE);
  writeFileSync(join(directory, "key.pem"), TEST_KEY);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${join(directory, name)};`)
    .join(" ");
  const file = join(directory, "nginx.conf");
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${join(directory, "pid")}; error_log stderr;
     events {} http { access_log off; ${paths} ${site} }`,
  );
  nginx = spawn("/usr/sbin/nginx", ["-c", file, "-p", directory], { stdio: "ignore" });
  await until(() => isAnswering(port, nginx), "nginx to listen");
});

afterAll(async () => {
  const ended = new Promise((resolve) => nginx.once("exit", resolve));
  nginx.kill("SIGTERM");
  await ended;
  await platform.stop();
  rmSync(directory, { recursive: true, force: true });
});

function ask(path: string, options: RequestOptions = {}, body?: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "localhost", port, path, ca: TEST_CERTIFICATE, ...options });
    asked.once("response", resolve).once("error", reject).end(body);
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of answer) text += String(chunk);
  return text;
}

function signIn(password: string, from: RequestOptions = {}): Promise<IncomingMessage> {
  const headers = { "content-type": "application/json", ...from.headers };
  const body = JSON.stringify({ username: "admin", password });
  return ask("/api/v1/login", { method: "POST", ...from, headers }, body);
}

async function signInThrough(): Promise<string> {
  const answer = await signIn(ADMIN_PASSWORD);
  return (JSON.parse(await textOf(answer)) as { token: string }).token;
}

test("the administrator signs in and asks through it, over TLS, which browsers then insist on", async () => {
  const authorization = `Bearer ${await signInThrough()}`;
  const answer = await ask("/api/v1/units", { headers: { authorization } });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers["strict-transport-security"]).toBe("max-age=31536000");
  expect(answer.headers["x-frame-options"]).toBe("DENY");
});

test("a page's session comes through it: its cookie stays on TLS, and its writes are taken", async () => {
  const body = JSON.stringify({ username: "admin", password: ADMIN_PASSWORD });
  const page = {
    "content-type": "application/json",
    origin: `https://localhost:${port}`,
    "x-gridwarden-page": "1",
  };
  const signedIn = await ask("/api/v1/session", { method: "POST", headers: page }, body);
  const [cookie = ""] = signedIn.headers["set-cookie"] ?? [];
  expect(cookie).toMatch(
    /^gridwarden=.+; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43\d+; Secure$/,
  );
  const headers = { ...page, cookie: cookie.split(";")[0] };
  const unit = JSON.stringify({ unitId: "lamps", name: "Lamps", kind: "department" });
  const written = await ask("/api/v1/units", { method: "POST", headers }, unit);
  expect(written.statusCode).toBe(201);
});

test("the live stream comes through at once, not when a later beat pushes it on", async () => {
  const authorization = `Bearer ${await signInThrough()}`;
  let heard = "";
  let stream: IncomingMessage | undefined;
  const listen = (answer: IncomingMessage): void => {
    stream = answer.on("data", (chunk) => {
      heard += String(chunk);
    });
  };
  // What fails is seen by what is not heard.
  void ask("/api/v1/stream", { headers: { authorization } }).then(listen, () => {});
  await until(() => heard !== "", "the first beat", 12_000);
  expect(heard).toBe(": still here\n\n");
  expect(stream?.headers["content-type"]).toContain("text/event-stream");
  stream?.destroy();
});

test("imports come through whole up to the platform's own bound; the metrics do not", async () => {
  const [, megabytes] =
    /client_max_body_size (\d+)m;/.exec(readText("deploy/nginx/gridwarden.conf")) ?? [];
  expect(Number(megabytes) * 1024 * 1024).toBeGreaterThan(LIMITS.importBytesMax);
  const authorization = `Bearer ${await signInThrough()}`;
  const headers = { authorization, "content-type": "text/csv" };
  // More than nginx takes by itself, in few rows.
  const body = `name\n${`${"x".repeat(1023)}\n`.repeat(2 * 1024)}`;
  const answer = await ask("/api/v1/assets/import", { method: "POST", headers }, body);
  // The platform's own refusal of such rows, not the proxy's of its size.
  expect(answer.headers["content-type"]).toContain("application/json");
  answer.destroy();
  expect((await ask("/metrics")).statusCode).toBe(403);
});

test("a guesser waits, whatever address he says he has; another address does not", async () => {
  const guess = (count: number): RequestOptions => ({
    localAddress: "127.0.0.2",
    headers: { "x-forwarded-for": `203.0.113.${count}` },
  });
  const statuses: (number | undefined)[] = [];
  for (let count = 0; count <= LIMITS.loginFailuresMax; count++) {
    const answer = await signIn("wrong", guess(count));
    answer.resume();
    statuses.push(answer.statusCode);
  }
  expect(new Set(statuses.slice(0, -1))).toEqual(new Set([401]));
  expect(statuses.at(-1)).toBe(429);
  const answer = await signIn(ADMIN_PASSWORD, { localAddress: "127.0.0.3" });
  answer.resume();
  expect(answer.statusCode).toBe(200);
});

test("a device speaks MQTT over WebSocket through it", async () => {
  const gateway = { gatewayId: "hub", name: "hub" };
  const { body } = await platform.api.post<{ key: string }>("/api/v1/gateways", gateway);
  const socket = new WebSocket(`wss://localhost:${port}/mqtt`, "mqtt", { ca: TEST_CERTIFICATE });
  const client = new RawClient(createWebSocketStream(socket));
  const answer = await client.connect({ username: "hub", password: body.key, clientId: "a" });
  expect(answer.returnCode).toBe(0);
  client.stream.destroy();
});
