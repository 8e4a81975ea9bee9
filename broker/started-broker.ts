/** The broker of one test, stopped when the test is over. */
import { onTestFinished } from "vitest";
import { startTestBroker, type TestBroker, type TestBrokerWords } from "./test-broker.ts";

export const TELEMETRY = "v1/manhole-cover/d1/telemetry";
export const CASES = "v1/crews/c1/cases";

export const start = async (words: TestBrokerWords = {}): Promise<TestBroker> =>
  ended(await startTestBroker(words));

/** Another one on the same data. */
export const restart = async (before: TestBroker): Promise<TestBroker> =>
  ended(await before.restarted());

function ended(broker: TestBroker): TestBroker {
  onTestFinished(() => broker.stop());
  return broker;
}

export const closedCount = (broker: TestBroker, reason: string): number =>
  broker.metrics.value("gridwarden_broker_closed_total", { reason });
