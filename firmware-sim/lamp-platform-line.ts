/**
 * The line of lamps that hang on a lamp controller platform: a real HTTP server that answers
 * `GET /reports?cursor=&limit=` and takes `POST /controllers/{controllerId}/commands`, and pushes what
 * is new where it was told to. It may be told to answer badly, as such platforms do.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { encodeResources } from "./encoders/lamp-platform.ts";
import type { FleetDevice } from "./fleet.ts";
import { type Answer, createLampBook } from "./lamp-book.ts";
import type { LineDeps, SimLine } from "./lines.ts";

export interface LampPlatformOptions {
  /** 0: any free one. */
  port: number;
  host?: string;
  /** Who asks without it is answered 401. */
  token?: string;
  /** Where it pushes what is new, and under which secret. */
  push?: { url: string; secret: string };
  onListening?(url: string): void;
}

/** How it answers: `half` cuts its answers off, `silent` never answers. */
export type Manner = "well" | "half" | "error" | "silent";

const PUSH_RETRY_WALL_MS = 1_000;
const PUSH_ENTRIES_MAX = 100;
const REPORTS_DEFAULT = 100;
const COMMAND_BYTES_MAX = 64 * 1024;

export function createLampPlatformLine(
  deps: LineDeps,
  devices: readonly FleetDevice[],
  options: LampPlatformOptions & { mannerOf?: () => Manner },
): SimLine {
  const { host = "127.0.0.1", token, push, mannerOf = () => "well" as const } = options;
  const book = createLampBook(deps.now, () => void pushNew());
  const controllerOf = new Map(
    devices.map(({ deviceId, controllerId = deviceId }) => [deviceId, controllerId]),
  );
  const server = createServer((asked, answer) => void serve(asked, answer));
  let pushedTo = 0;
  let isPushing = false;
  let isConnected = false;
  let connects = 0;
  let hasBegun = false;

  async function serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const manner = mannerOf();
    if (manner === "silent") return;
    const { status, body } = manner === "error" ? busy() : await answered(asked);
    const text = JSON.stringify(body);
    answer.writeHead(status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
    });
    if (manner !== "half") answer.end(text);
    else answer.write(text.slice(0, text.length / 2), () => asked.socket.destroy());
  }

  async function answered(asked: IncomingMessage): Promise<Answer> {
    if (token !== undefined && asked.headers.authorization !== `Bearer ${token}`) {
      return { status: 401, body: { message: "the token is wrong" } };
    }
    const { pathname, searchParams } = new URL(asked.url ?? "/", "http://platform");
    if (asked.method === "GET" && pathname === "/reports") {
      const limit = Number(searchParams.get("limit") ?? REPORTS_DEFAULT);
      return { status: 200, body: book.page(Number(searchParams.get("cursor") ?? 0), limit) };
    }
    const [, controllerId] = /^\/controllers\/([^/]+)\/commands$/.exec(pathname) ?? [];
    if (asked.method === "POST" && controllerId !== undefined) {
      return book.command(decodeURIComponent(controllerId), await jsonOf(asked));
    }
    return { status: 404, body: { message: `nothing at ${pathname}` } };
  }

  async function pushNew(): Promise<void> {
    if (push === undefined || isPushing || !isConnected) return;
    isPushing = true;
    const { reports, results, next } = book.page(pushedTo, PUSH_ENTRIES_MAX);
    const isTaken = await fetch(push.url, {
      method: "POST",
      headers: { authorization: `Bearer ${push.secret}`, "content-type": "application/json" },
      body: JSON.stringify({ reports, results }),
    }).then(
      ({ ok }) => ok,
      () => false,
    );
    isPushing = false;
    if (isTaken) pushedTo = Number(next);
    if (!isTaken) deps.after(PUSH_RETRY_WALL_MS, () => void pushNew());
    else if (pushedTo < book.seq()) void pushNew();
  }

  return {
    connect() {
      if (isConnected) return;
      isConnected = true;
      connects += 1;
      server.listen(options.port, host, () => {
        const { port } = server.address() as AddressInfo;
        options.onListening?.(`http://${host}:${port}`);
        if (!hasBegun) deps.onFirstConnected();
        hasBegun = true;
        void pushNew();
      });
    },
    cut() {
      isConnected = false;
      server.close();
      server.closeAllConnections();
    },
    take({ deviceId, observedAt, values, faults }) {
      const isBroken = faults.some(({ what }) => what === "lamp-off");
      const resources = encodeResources(values, isBroken);
      deps.count.readings += Object.keys(resources).length;
      deps.count.messages += 1;
      book.report(controllerOf.get(deviceId) ?? deviceId, observedAt, resources);
    },
    listen(deviceId, obey) {
      book.listen(controllerOf.get(deviceId) ?? deviceId, obey);
    },
    hold: () => {},
    repeat: () => {},
    letGo: () => void pushNew(),
    isConnected: () => isConnected,
    connects: () => connects,
    refusals: () => 0,
    resent: () => 0,
    pending: () => (push === undefined ? 0 : book.seq() - pushedTo),
    shed: () => 0,
    async end() {
      isConnected = false;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function busy(): Answer {
  return { status: 503, body: { message: "busy" } };
}

async function jsonOf(asked: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of asked) {
    text += String(chunk);
    if (text.length > COMMAND_BYTES_MAX) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
