import { connect, type Socket } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { manualClock } from "../../model/clock.ts";
import { timeZone } from "../../model/local-time.ts";
import { silentLog } from "../../model/log.ts";
import { memoryMetrics } from "../../model/metrics.ts";
import type { RegistryView } from "../../model/registry.ts";
import type { Uplink } from "../../model/uplink.ts";
import { encodeHj212 } from "./hj212-frame.ts";
import { createHj212Listener, type Hj212Listener } from "./hj212-listener.ts";
import { EFFLUENT_NOW, HEARTBEAT } from "./hj212-samples.ts";

interface Rig {
  listener: Hj212Listener;
  socket: Socket;
  answers: string[];
  uplinks: Uplink[];
  /** Calls back for uplinks that wait for the disk. */
  waiting: ((error?: Error) => void)[];
  knocks: string[];
  isClosed: () => boolean;
}

const running: Hj212Listener[] = [];
afterEach(async () => {
  for (const listener of running.splice(0)) await listener.stop();
});

async function rig(password: string | null = "123456"): Promise<Rig> {
  const protocolPassword = password ?? undefined;
  const uplinks: Uplink[] = [];
  const waiting: ((error?: Error) => void)[] = [];
  const knocks: string[] = [];
  const registry = {
    deviceByExternalId: (_format: string, mn: string) =>
      mn === "411524WWTP0001" ? { device: { deviceId: "plant-1", protocolPassword } } : undefined,
  } as unknown as RegistryView;
  const listener = createHj212Listener(
    {
      registry,
      accept: (uplink, done) => {
        uplinks.push(uplink);
        waiting.push(done);
      },
      onKnock: (mn) => knocks.push(mn),
      zone: timeZone("Asia/Shanghai"),
      clock: manualClock(Date.parse("2026-11-22T08:30:05+08:00")),
      log: silentLog,
      metrics: memoryMetrics(),
    },
    { port: 0, bind: "127.0.0.1" },
  );
  running.push(listener);
  const { port } = await listener.start();
  const socket = connect(port, "127.0.0.1");
  const answers: string[] = [];
  let closed = false;
  socket.on("data", (chunk) => answers.push(chunk.toString("latin1")));
  socket.on("close", () => {
    closed = true;
  });
  socket.on("error", () => {});
  return { listener, socket, answers, uplinks, waiting, knocks, isClosed: () => closed };
}

test("a frame is answered when it is on disk, and not before", async () => {
  const { socket, answers, uplinks, waiting } = await rig();
  socket.write(EFFLUENT_NOW.slice(0, 50));
  socket.write(`${EFFLUENT_NOW.slice(50)}\r\n`);
  await vi.waitFor(() => expect(waiting).toHaveLength(1));
  expect(uplinks[0]).toMatchObject({
    source: "hj212-tcp",
    sender: "plant-1",
    topic: "hj212/411524WWTP0001/up",
  });
  expect(answers).toEqual([]);
  waiting[0]?.();
  await vi.waitFor(() => expect(answers.join("")).toContain("CN=9014"));
  expect(answers.join("")).toContain("QN=20261122083000120");
});

test("when the journal cannot take it there is no answer and the logger must dial in again", async () => {
  const { socket, answers, waiting, isClosed } = await rig();
  socket.write(`${EFFLUENT_NOW}\r\n`);
  await vi.waitFor(() => expect(waiting).toHaveLength(1));
  waiting[0]?.(new Error("full"));
  await vi.waitFor(() => expect(isClosed()).toBe(true));
  expect(answers).toEqual([]);
});

test.each([
  ["an unknown MN", HEARTBEAT.replace("WWTP0001", "WWTP0009"), "123456", "411524WWTP0009"],
  ["a wrong PW", EFFLUENT_NOW, "654321", "411524WWTP0001"],
  ["an MN without a PW", EFFLUENT_NOW, null, "411524WWTP0001"],
])(
  "%s: closed without an answer, nothing kept, remembered as knocking",
  async (_n, text, pw, mn) => {
    const each = await rig(pw);
    // The frame is made again, since another MN has another CRC.
    each.socket.write(encodeHj212(text.slice(6, -4)));
    await vi.waitFor(() => expect(each.isClosed()).toBe(true));
    expect(each.uplinks).toEqual([]);
    expect(each.answers).toEqual([]);
    expect(each.knocks).toEqual([mn]);
  },
);

test("noise before the first good frame is nobody's; after it, it is kept to be put aside", async () => {
  const { socket, uplinks, waiting } = await rig();
  socket.write(`GET / HTTP/1.1\r\n${HEARTBEAT}\r\n`);
  await vi.waitFor(() => expect(waiting).toHaveLength(1));
  socket.write(`garbage${HEARTBEAT}\r\n`);
  await vi.waitFor(() => expect(waiting).toHaveLength(3));
  expect(Buffer.from(uplinks[1]?.payload ?? []).toString()).toBe("garbage");
});

test("a connection that only sends noise is closed", async () => {
  const { socket, isClosed, uplinks } = await rig();
  socket.write(Buffer.alloc(200_000, "x"));
  await vi.waitFor(() => expect(isClosed()).toBe(true));
  expect(uplinks).toEqual([]);
});
