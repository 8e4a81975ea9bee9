import { expect, test } from "vitest";
import type { GridwardenError } from "../../model/errors.ts";
import { readChannels } from "./channel-book.ts";

const CLOCK = { now: () => Date.UTC(2026, 10, 27) };
const HOOK = {
  kind: "webhook",
  channelId: "hook",
  url: "http://127.0.0.1:9/in",
  secret: "a secret of 16 or more",
};

function faultsOf(json: string): string[] {
  try {
    readChannels(json, CLOCK);
  } catch (error) {
    const { code, details } = error as GridwardenError;
    expect(code).toBe("CONFIG_INVALID");
    return details?.faults as string[];
  }
  throw new Error("it was read");
}
const faultsIn = (...channels: object[]): string[] => faultsOf(JSON.stringify({ channels }));

test("channels are told by their id, in the order of the file", () => {
  const channels = [HOOK, { ...HOOK, channelId: "a-hook" }];
  const book = readChannels(JSON.stringify({ channels }), CLOCK);
  expect([...book.channels.keys()]).toEqual(["hook", "a-hook"]);
  expect(book.need("a-hook").channelId).toBe("a-hook");
  expect(() => book.need("hok")).toThrow("there is no channel 'hok'; did you mean 'hook'?");
});

test("all faults of a file are told at once, with their places", () => {
  const faults = faultsIn(
    { ...HOOK, url: "no address", secret: "short" },
    { ...HOOK, channelId: "other", more: 1 },
  );
  expect(faults).toHaveLength(3);
  expect(faults[0]).toMatch(/^channels\.0\.url: /);
  expect(faults[1]).toMatch(/^channels\.0\.secret: /);
  expect(faults[2]).toMatch(/^channels\.1: .*"more"/);
});

test("a webhook is called over HTTP alone", () => {
  expect(faultsIn({ ...HOOK, url: "ftp://127.0.0.1/in" })[0]).toMatch(/^channels\.0\.url: /);
});

test("two channels of one id, an unknown kind and what is no JSON are refused", () => {
  expect(faultsIn(HOOK, HOOK)).toEqual(["channels.1.channelId: there are two 'hook'"]);
  expect(faultsIn({ ...HOOK, kind: "pigeon" })[0]).toMatch(/^channels\.0\.kind: /);
  expect(faultsOf("{")[0]).toMatch(/^it is not JSON: /);
});
