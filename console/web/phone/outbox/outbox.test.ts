/** The outbox with its network, in a browser that keeps nothing. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";

vi.hoisted(() => {
  class Channel extends EventTarget {
    postMessage(): void {}
  }
  vi.stubGlobal("BroadcastChannel", Channel);
});

import { openStore } from "../store.ts";
import { hurry, outbox, say, startOutbox, stopOutbox } from "./outbox.ts";

const TAKEN = { caseNo: "1", version: 2 };
let calls: string[] = [];
let answer: () => Response = () => Response.json(TAKEN);
let isHis = true;
let people = 0;

beforeEach(async () => {
  calls = [];
  answer = () => Response.json(TAKEN);
  isHis = true;
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("document", new EventTarget());
  vi.stubGlobal("fetch", async (path: string) => {
    calls.push(path);
    return answer();
  });
  people += 1;
  openStore(`person-${people}`);
  await startOutbox({ username: "wang", isHis: () => isHis, onTaken: () => undefined });
});
afterEach(() => {
  stopOutbox();
  vi.unstubAllGlobals();
});

const start = (): Promise<boolean> =>
  say({
    chain: "1",
    expects: 1,
    act: {
      kind: "transition",
      caseNo: "1",
      event: "start",
      said: {},
      seen: { state: "DISPATCHED" },
    },
  });
const status = (): unknown => outbox.value[0]?.status;

test("what is said goes out, and is gone when it was taken", async () => {
  expect(await start()).toBe(true);
  await vi.waitFor(() => expect(outbox.value).toEqual([]));
  expect(calls).toEqual(["/api/v1/cases/1/transitions"]);
});

test("while another person's session is on the phone nothing goes out", async () => {
  isHis = false;
  await start();
  await hurry();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(calls).toEqual([]);
  isHis = true;
  await hurry();
  await vi.waitFor(() => expect(outbox.value).toEqual([]));
  expect(calls).toHaveLength(1);
});

test.each([
  [403, "waiting"],
  [404, "waiting"],
  [502, "waiting"],
  [413, "refused"],
])("%d of a network or proxy, which is none of the platform's: %s", async (code, kind) => {
  answer = () => new Response("<html>", { status: code });
  await start();
  await vi.waitFor(() =>
    expect(status()).toMatchObject({ kind, tries: kind === "waiting" ? 1 : 0 }),
  );
});

test("a refusal of the platform's own waits for a person", async () => {
  answer = () => Response.json({ code: "ROLE_REFUSED", message: "no" }, { status: 403 });
  await start();
  await vi.waitFor(() => expect(status()).toMatchObject({ kind: "refused" }));
});

test("what was put off goes out at once when the page is opened anew", async () => {
  answer = () => Response.json({}, { status: 503 });
  await start();
  await vi.waitFor(() => expect(status()).toMatchObject({ kind: "waiting", tries: 1 }));
  stopOutbox();
  answer = () => Response.json(TAKEN);
  await startOutbox({ username: "wang", isHis: () => isHis, onTaken: () => undefined });
  await vi.waitFor(() => expect(outbox.value).toEqual([]));
  expect(calls).toHaveLength(2);
});

test("the network comes back while something is under way that fails: it is tried at once", async () => {
  let fail: (response: Response) => void = () => undefined;
  vi.stubGlobal("fetch", (path: string) => {
    calls.push(path);
    return calls.length > 1
      ? Promise.resolve(Response.json(TAKEN))
      : new Promise<Response>((resolve) => {
          fail = resolve;
        });
  });
  await start();
  await vi.waitFor(() => expect(calls).toHaveLength(1));
  await hurry();
  fail(Response.json({}, { status: 503 }));
  await vi.waitFor(() => expect(outbox.value).toEqual([]));
  expect(calls).toHaveLength(2);
});
