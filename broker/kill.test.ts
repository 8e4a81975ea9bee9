/** What the broker has promised is still there after kill -9. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RawClient } from "./raw-client.ts";
import { eventually, startTestBroker } from "./test-broker.ts";

const CASES = "v1/crews/c1/cases";

async function answerOf(child: ChildProcess): Promise<unknown> {
  const [answer] = await once(child, "message");
  return answer;
}

test("after kill -9 the session, its queue, retained messages and owed wills are there", async () => {
  const directory = await mkdtemp(join(tmpdir(), "gridwarden-kill-"));
  const script = new URL("test-process.ts", import.meta.url).pathname;
  const child = fork(script, [directory], { execArgv: ["--import", "tsx"] });
  const port = Number(await answerOf(child));
  const crew = RawClient.toPort(port);
  const phone = { username: "c1", password: "key", clientId: "phone", clean: false };
  await crew.connect(phone);
  await crew.subscribe([CASES, 1]);
  await crew.disconnect();
  const device = RawClient.toPort(port);
  const status = "v1/manhole-cover/d1/status";
  const will = { topic: status, payload: "offline", retain: true };
  await device.connect({ username: "d1", password: "key", clientId: "x", will });
  await device.publishAcked(status, "online", { retain: true });
  child.send({ topic: CASES, payload: "order" });
  expect(await answerOf(child)).toBe("published");
  child.kill("SIGKILL");
  await once(child, "exit");

  const at = await startTestBroker({ directory, options: { willDelayMs: 400 } });
  try {
    expect(at.broker.stats()).toMatchObject({ sessions: 1, queuedMessages: 1 });
    const back = RawClient.toPort(at.port);
    expect((await back.connect(phone)).sessionPresent).toBe(true);
    expect((await back.heard()).payload).toBe("order");
    const watcher = await at.connect({ username: "dash", clientId: "w" });
    await watcher.subscribe(["v1/+/+/status", 0]);
    expect(await watcher.heard()).toMatchObject({ payload: "online", retain: true });
    await eventually("the will", () => at.uplinks.length > 0);
    expect(await watcher.heard()).toMatchObject({ payload: "offline", retain: false });
  } finally {
    await at.stop();
  }
});
