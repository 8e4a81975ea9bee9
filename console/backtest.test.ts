/** The backtest over HTTP: what it takes, its two forms of answer, and a client that goes away. */
import { request as httpRequest } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { GridwardenError } from "../model/errors.ts";
import { setUp } from "./called-server.ts";
import { createDoubles } from "./doubles.ts";
import { NOW, SAMPLE_BACKTEST } from "./samples.ts";
import { buildServer } from "./server.ts";
import { createStreamHub } from "./stream-hub.ts";

const URL_OF_RULE = "/api/v1/rules/manhole-cover.open/backtest";
const SPAN = { from: "2026-11-21T08:30:00+08:00", to: NOW };

test("it asks for the rule in the address, with times as instants, and answers ISO times", async () => {
  const { call, doubles } = await setUp();
  const answer = await call("POST", URL_OF_RULE, {
    as: "engineer",
    body: { ...SPAN, assetIds: ["cover-1"] },
  });
  expect(answer.status).toBe(200);
  expect(doubles.asked.at(-1)).toEqual({
    what: "rules.backtest",
    with: {
      ruleId: "manhole-cover.open",
      from: NOW - 86_400_000,
      to: NOW,
      assetIds: ["cover-1"],
    },
  });
  const alarm = {
    deviceId: "dev-1",
    assetId: "cover-1",
    severity: "critical",
    raisedAt: "2026-11-22T08:30:00.000+08:00",
    returnedAt: "2026-11-22T08:31:00.000+08:00",
    evidence: {
      measurement: "isOpen",
      value: 1,
      observedAt: "2026-11-22T08:30:00.000+08:00",
      receivedAt: "2026-11-22T08:30:00.000+08:00",
      flags: [],
    },
  };
  expect(answer.body).toEqual({
    ...SAMPLE_BACKTEST,
    from: "2026-11-21T08:30:00.000+08:00",
    to: "2026-11-22T09:30:00.000+08:00",
    candidate: { ...SAMPLE_BACKTEST.candidate, alarms: [alarm] },
    onlyCandidate: [alarm],
  });
});

test("a changed rule goes on as PUT takes it; one of no shape is refused", async () => {
  const { call, doubles } = await setUp();
  const read = await call("GET", "/api/v1/rules/manhole-cover.open");
  const { ruleId: _inAddress, ...rule } = read.body;
  const { trust: _told, ...asPut } = read.body;
  const good = await call("POST", URL_OF_RULE, {
    body: { ...SPAN, rule: { ...rule, strayOverrides: ["x"] } },
  });
  expect(good.status).toBe(200);
  expect(doubles.asked.at(-1)?.with).toEqual({
    ...{ ruleId: "manhole-cover.open", from: NOW - 86_400_000, to: NOW },
    rule: asPut,
  });
  const bad = await call("POST", URL_OF_RULE, { body: { ...SPAN, rule: { severity: "bad" } } });
  expect([bad.status, bad.body.code]).toEqual([400, "REQUEST_INVALID"]);
});

test.each([
  [{ to: NOW }, "from"],
  [{ from: "yesterday", to: NOW }, "from"],
  [{ ...SPAN, assetIds: [] }, "assetIds"],
  [{ ...SPAN, colour: "red" }, "colour"],
])("%j is refused and says where", async (body, where) => {
  const { call } = await setUp();
  const answer = await call("POST", URL_OF_RULE, { body });
  expect([answer.status, answer.body.code]).toEqual([400, "REQUEST_INVALID"]);
  expect(answer.body.message).toContain(where);
});

const fails = (code: "RATE_LIMITED" | "BACKTEST_NO_DATA", isLate: boolean) => async () => {
  const doubles = createDoubles();
  doubles.deps.rules.backtest = async (_request, { onProgress }) => {
    if (isLate) onProgress({ devicesDone: 0, devices: 1, readings: 0 });
    throw new GridwardenError(code, "why", { details: { retryAfterS: 10 } });
  };
  return streamed(doubles);
};

async function streamed(doubles = createDoubles()) {
  const server = await buildServer(doubles.deps, createStreamHub(doubles.deps), {});
  onTestFinished(() => server.close());
  return server.inject({
    method: "POST",
    url: URL_OF_RULE,
    headers: { authorization: "Bearer admin", accept: "text/event-stream" },
    payload: SPAN,
  });
}

function eventsOf(text: string): [event: string, data: Record<string, unknown>][] {
  return text
    .split("\n\n")
    .filter((block) => block !== "")
    .map((block) => {
      const [event = "", data = ""] = block.split("\n");
      return [event.replace("event: ", ""), JSON.parse(data.replace("data: ", ""))];
    });
}

test("as an event stream it tells its progress and then the result", async () => {
  const { statusCode, headers, body } = await streamed();
  expect([statusCode, headers["content-type"]]).toEqual([200, "text/event-stream; charset=utf-8"]);
  const events = eventsOf(body);
  expect(events.map(([event]) => event)).toEqual(["progress", "result"]);
  expect(events[0]?.[1]).toEqual({ devicesDone: 0, devices: 1, readings: 0 });
  expect(events[1]?.[1]).toMatchObject({ ruleId: "manhole-cover.open", readings: 144 });
});

test("what is refused before the stream begins is an ordinary error, afterwards an event", async () => {
  const early = await fails("RATE_LIMITED", false)();
  expect([early.statusCode, early.headers["retry-after"]]).toEqual([429, "10"]);
  expect(early.json()).toMatchObject({ code: "RATE_LIMITED", message: "why" });
  const late = await fails("BACKTEST_NO_DATA", true)();
  expect(eventsOf(late.body).at(-1)).toEqual([
    "error",
    { code: "BACKTEST_NO_DATA", message: "why", details: { retryAfterS: 10 } },
  ]);
});

test("a client that goes away has the backtest given up", async () => {
  const doubles = createDoubles();
  let told: (signal: AbortSignal) => void = () => {};
  const begun = new Promise<AbortSignal>((resolve) => {
    told = resolve;
  });
  let isOver = false;
  doubles.deps.rules.backtest = async (_request, { signal }) => {
    told(signal);
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    isOver = true;
    signal.throwIfAborted();
    return SAMPLE_BACKTEST;
  };
  const server = await buildServer(doubles.deps, createStreamHub(doubles.deps), {});
  onTestFinished(() => server.close());
  const address = await server.listen({ port: 0, host: "127.0.0.1" });
  const client = httpRequest(`${address}${URL_OF_RULE}`, {
    method: "POST",
    headers: { authorization: "Bearer admin", "content-type": "application/json" },
  });
  client.on("error", () => {});
  client.end(JSON.stringify(SPAN));
  const signal = await begun;
  expect(signal.aborted).toBe(false);
  client.destroy();
  await expect.poll(() => isOver).toBe(true);
});
