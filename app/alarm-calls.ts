/** Rules and alarms as people ask for them and act on them. */
import type { Alerts } from "../alerts/alerts.ts";
import type { Cases } from "../cases/cases.ts";
import type { ConsoleDeps } from "../console/console.ts";
import type { Sql } from "../model/database.ts";
import type { createBacktests } from "./backtests.ts";
import type { Engine } from "./engine.ts";

interface Deps {
  alerts: Alerts;
  engine: Engine;
  reader: Sql;
}

export function createRuleCalls({
  alerts,
  engine,
  reader,
  fieldTruth,
  backtests,
}: Deps & {
  fieldTruth: Cases["fieldTruth"];
  backtests: ReturnType<typeof createBacktests>;
}): ConsoleDeps["rules"] {
  return {
    list: () => alerts.rules(),
    get: (ruleId) => alerts.rule(ruleId),
    strays: (rule) => alerts.strayOverrides(rule),
    versions: (ruleId) => alerts.ruleVersions(reader, ruleId),
    trust: (rule) => fieldTruth.trust(reader, rule),
    precision: (ruleId) => fieldTruth.precision(reader, ruleId),
    check: (rule) => void alerts.checkRule(rule),
    put: async (rule, by) => {
      const put = await engine.write(async (_tx, now) => ({
        value: alerts.putRule(rule, { by, now }),
      }));
      // A county has many series: their past comes when it comes.
      void engine.recall(put.ruleId);
      return put;
    },
    backtest: (request, watch) => backtests.run(request, watch),
  };
}

export function createAlarmCalls({ alerts, engine, reader }: Deps): ConsoleDeps["alarms"] {
  return {
    list: ({ limit, cursor, state, assetId }) =>
      alerts.list(reader, {
        limit,
        ...(cursor === undefined ? {} : { cursor }),
        ...(state === undefined ? {} : { state }),
        ...(assetId === undefined ? {} : { assetId }),
      }),
    get: (alarmId) => alerts.get(reader, alarmId),
    acknowledge: (alarmId, { by, note }) =>
      engine.write(async (_tx, now) => ({
        value: alerts.acknowledge(alarmId, { by, ...(note === undefined ? {} : { note }) }, now),
      })),
    shelve: (alarmId, how) =>
      engine.write(async (tx, now) => ({ value: await alerts.shelve(tx, alarmId, how, now) })),
    unshelve: (alarmId) =>
      engine.write(async (tx, now) => ({ value: await alerts.unshelve(tx, alarmId, now) })),
  };
}
