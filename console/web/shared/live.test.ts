import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { afterHearing } from "./heard.ts";
import { liveState, startLive, stopLive } from "./live.ts";

/** Connections to the stream, each as the platform has it in its hand. */
let lines: ReadableStreamDefaultController<Uint8Array>[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  vi.stubGlobal("fetch", async () => {
    const body = new ReadableStream<Uint8Array>({
      start(line) {
        lines.push(line);
      },
    });
    return new Response(body);
  });
});
afterEach(() => {
  stopLive();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const write = (text: string): void => lines.at(-1)?.enqueue(new TextEncoder().encode(text));
const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const tell = async (event: string, data: object): Promise<void> => {
  write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  await wait(1);
};

test("a connection over which no sign of life comes any more is lost, and made anew", async () => {
  startLive();
  await wait(1);
  for (let n = 0; n < 10; n += 1) {
    write(": still here\n\n");
    await wait(15_000);
  }
  expect([liveState.value, lines.length]).toEqual(["live", 1]);
  await wait(26_000);
  expect(liveState.value).toBe("lost");
  await wait(2_500);
  expect([liveState.value, lines.length]).toEqual(["live", 2]);
});

test("a storm is acted on once, of what is asked about alone, and when the stream was away", async () => {
  startLive();
  await wait(1);
  let acted = 0;
  const about = { events: ["case"], isOf: ({ caseNo }: Record<string, unknown>) => caseNo === "1" };
  const end = afterHearing({ ...about, waitMs: 500 }, () => {
    acted += 1;
  });
  for (let n = 0; n < 50; n += 1) await tell("case", { caseNo: "1" });
  await wait(600);
  expect(acted).toBe(1);
  await tell("case", { caseNo: "2" });
  await tell("alarm", { caseNo: "1" });
  await wait(600);
  expect(acted).toBe(1);
  lines[0]?.close();
  await wait(3_000);
  expect(acted).toBe(2);
  await tell("case", { caseNo: "1" });
  end();
  await wait(600);
  expect(acted).toBe(2);
});
