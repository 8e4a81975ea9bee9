/** The real platform on a temporary folder and free ports, with its API at hand. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../app/config.ts";
import { createPlatform, type Platform, type Ports } from "../../app/platform.ts";
import { silentLog } from "../../model/log.ts";
import { databaseOf } from "./city-database.ts";

export const ADMIN_PASSWORD = "for-tests-only";

export interface Answer<T> {
  status: number;
  body: T;
}

export interface Api {
  get<T>(path: string): Promise<Answer<T>>;
  post<T>(path: string, body: unknown): Promise<Answer<T>>;
  /** Posts a file. */
  put<T>(path: string, bytes: string | Uint8Array, contentType: string): Promise<Answer<T>>;
  replace<T>(path: string, body: unknown): Promise<Answer<T>>;
  replaceByFile<T>(path: string, text: string, contentType: string): Promise<Answer<T>>;
}

export interface TestPlatform {
  platform: Platform;
  ports: Ports;
  api: Api;
  directory: string;
  /** Stops it; the folder goes too unless it is to be started again. */
  stop(keep?: "keep"): Promise<void>;
}

export async function startPlatform(
  env: Record<string, string> = {},
  directory = mkdtempSync(join(tmpdir(), "gridwarden-test-")),
): Promise<TestPlatform> {
  const config = readConfig({
    GRIDWARDEN_DATA_DIR: directory,
    GRIDWARDEN_BIND: "127.0.0.1",
    GRIDWARDEN_MQTT_PORT: "0",
    GRIDWARDEN_HTTP_PORT: "0",
    GRIDWARDEN_ADMIN_PASSWORD: ADMIN_PASSWORD,
    ...(await databaseOf(directory)),
    ...env,
  });
  const platform = createPlatform(config, silentLog);
  const { ports } = await platform.start();
  return {
    platform,
    ports,
    api: await signIn(ports.http),
    directory,
    async stop(keep) {
      await platform.stop();
      if (keep !== "keep") rmSync(directory, { recursive: true, force: true });
    },
  };
}

export async function signIn(
  port: number,
  username = "admin",
  password = ADMIN_PASSWORD,
): Promise<Api> {
  const base = `http://127.0.0.1:${port}`;
  const login = await fetch(`${base}/api/v1/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  const { token } = (await login.json()) as { token: string };
  const send = async <T>(
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
    contentType = "application/json",
  ): Promise<Answer<T>> => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": contentType }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    return { status: response.status, body: (isJson ? JSON.parse(text) : text) as T };
  };
  return {
    get: (path) => send("GET", path),
    post: (path, body) => send("POST", path, JSON.stringify(body)),
    replace: (path, body) => send("PUT", path, JSON.stringify(body)),
    replaceByFile: (path, text, contentType) => send("PUT", path, text, contentType),
    put: (path, bytes, contentType) =>
      send("POST", path, typeof bytes === "string" ? bytes : new Uint8Array(bytes), contentType),
  };
}

/** Waits until `look` answers something, and answers it. */
export async function until<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
  what: string,
  wallMsMax = 30_000,
): Promise<T> {
  const begunAt = performance.now();
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() - begunAt > wallMsMax) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
