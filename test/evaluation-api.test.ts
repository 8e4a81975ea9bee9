/**
 * Evaluation of a running platform: cases reported, confirmed and handled over the API; then the
 * command on the same data folder, while the platform runs and after it has stopped.
 */
import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { runEvaluation } from "../app/evaluation-command.ts";
import type { EvaluationAnswer } from "../console/schemas/evaluation.ts";
import { foundCity } from "./support/city.ts";
import { placeOf } from "./support/city-database.ts";
import { startPlatform, type TestPlatform } from "./support/platform.ts";

const SUBJECTS = ["unit", "crew", "street", "grid", "area", "position"] as const;
let rig: TestPlatform;
let period = "";
let isStopped = false;

beforeAll(async () => {
  rig = await startPlatform();
  await foundCity(rig.api);
  for (let n = 0; n < 3; n += 1) {
    const said = { lon: 115.41 + n, lat: 31.8, description: `hole ${n}`, source: "citizen" };
    const { body } = await rig.api.post<{ caseNo: string; openedAt: string }>(
      "/api/v1/cases",
      said,
    );
    period = body.openedAt.slice(0, 7);
    const step = (event: string, more: object = {}) =>
      rig.api.post(`/api/v1/cases/${body.caseNo}/transitions`, { event, ...more });
    if (n === 0) continue;
    expect((await step("confirm", { unitId: "works" })).status).toBe(200);
    expect((await step("start")).status).toBe(200);
    if (n === 2) expect((await step("feedback", { note: "filled" })).status).toBe(200);
  }
});
afterAll(async () => {
  if (!isStopped) await rig.stop("keep");
  rmSync(rig.directory, { recursive: true, force: true });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const asked = async (subject: string) =>
  (await rig.api.get<EvaluationAnswer>(`/api/v1/evaluation?period=${period}&subject=${subject}`))
    .body;

async function recomputed(subject: string, asOf: string): Promise<unknown> {
  let out = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const args = ["recompute", "--period", period, "--subject", subject, "--as-of", asOf];
  const settings = { timeZone: "Asia/Shanghai", areaCode: "411524" };
  const code = await runEvaluation(args, () => ({ ...settings, ...placeOf(rig.directory) }));
  vi.restoreAllMocks();
  expect(code).toBe(0);
  return JSON.parse(out);
}

test("the API counts what was done a moment ago", async () => {
  const { items, verified } = await asked("unit");
  expect(verified).toBe(true);
  expect(items.find(({ subjectId }) => subjectId === "works")).toMatchObject({
    indicators: { dispatched: 2, handled: 1, handledOnTime: 1, dueToHandle: 1 },
    ...{ score: 100, rank: 1, rankedOf: 1 },
  });
  expect((await asked("area")).items[0]).toMatchObject({
    indicators: {
      reported: 3,
      valid: 3,
      publicReports: 3,
      accepted: 2,
      filed: 2,
      filingRate: 0.6667,
    },
  });
});

test("the command gives the same of every subject, while it runs and when it has stopped", async () => {
  const answers = new Map<string, EvaluationAnswer>();
  for (const subject of SUBJECTS) {
    const answer = await asked(subject);
    answers.set(subject, answer);
    expect(await recomputed(subject, answer.asOf)).toEqual(answer);
  }
  await rig.stop("keep");
  isStopped = true;
  for (const [subject, answer] of answers) {
    expect(await recomputed(subject, answer.asOf)).toEqual(answer);
  }
});
