import { expect, test } from "vitest";
import type { PushCall } from "../ingest/gateways/push-proof.ts";
import { signatureOf } from "../ingest/gateways/push-proof.ts";
import { manualClock } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Intake } from "../model/intake.ts";
import { memoryMetrics } from "../model/metrics.ts";
import type { AcceptUplink, Uplink } from "../model/uplink.ts";
import type { Registry } from "../registry/registry.ts";
import { createIntake } from "./intake.ts";

const NOON = 1_795_307_405_000;
const INTAKES: (Intake & { secret: string })[] = [
  { intakeId: "covers", format: "ctwing", secret: "secretOfTheCovers" },
  { intakeId: "bins", format: "ctwing", secret: "secretOfTheBins00" },
  { intakeId: "city", format: "onenet", secret: "tokenOfTheCity000" },
];

function setUp(accept: AcceptUplink) {
  const intakes = {
    ofFormat: (format: string) => INTAKES.filter((intake) => intake.format === format),
  };
  const metrics = memoryMetrics();
  const intake = createIntake({
    ...{ accept, metrics, clock: manualClock(NOON) },
    intakes: intakes as unknown as Registry["intakes"],
  });
  return { intake, metrics };
}

const call = (key: string, more: Partial<PushCall> = {}): PushCall => ({
  ...{ headers: { authorization: `Bearer ${key}` }, query: {}, body: Buffer.from("{}") },
  ...more,
});

test("a push is in the journal as it came, in its intake's name, before it is answered", async () => {
  const kept: Uplink[] = [];
  let done: () => void = () => {};
  const { intake } = setUp((uplink, onDisk) => {
    kept.push(uplink);
    done = onDisk;
  });
  let isAnswered = false;
  const taking = intake.take("ctwing", call("secretOfTheBins00")).then(() => {
    isAnswered = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isAnswered).toBe(false);
  done();
  await taking;
  expect(kept).toEqual([
    {
      ...{ source: "http", sender: "bins", topic: "intake/ctwing/bins" },
      ...{ payload: Buffer.from("{}"), receivedAt: NOON },
    },
  ]);
});

test.each([
  ["another format's", "ctwing", call("tokenOfTheCity000")],
  ["no", "ctwing", call("")],
  ["another intake's", "ctwing", call("secretOfTheBins00", { query: { intake: "covers" } })],
] as const)("a push with %s secret is refused and not kept", async (_what, format, said) => {
  const { intake, metrics } = setUp(() => {
    throw new Error("it was kept");
  });
  await expect(intake.take(format, said)).rejects.toThrow("no intake of format 'ctwing' has this");
  expect(metrics.value("gridwarden_intake_pushes_total", { format, result: "refused" })).toBe(1);
});

test("what the disk does not take is not answered as taken", async () => {
  const { intake } = setUp((_uplink, onDisk) =>
    onDisk(new GridwardenError("JOURNAL_FULL", "the journal is full")),
  );
  await expect(intake.take("ctwing", call("secretOfTheBins00"))).rejects.toMatchObject({
    code: "JOURNAL_FULL",
    status: 503,
  });
});

test("a question is answered with its message where it is signed", () => {
  const { intake } = setUp(() => {});
  const asked = { msg: "m-1", nonce: "abcdefgh" };
  const signature = signatureOf("tokenOfTheCity000", asked);
  const body = Buffer.alloc(0);
  const query = { ...asked, signature };
  expect(intake.challenge("onenet", { headers: {}, query, body })).toBe("m-1");
  const forged = { ...query, msg: "m-2" };
  expect(() => intake.challenge("onenet", { headers: {}, query: forged, body })).toThrow(
    "no intake of format 'onenet'",
  );
  expect(() => intake.challenge("ctwing", { headers: {}, query, body })).toThrow(
    "OneNET's question",
  );
});
