/**
 * A plant's data logger between the analysers and the line: real-time reports, and of each ten
 * minutes, hour and day the least, mean (weighted by flow), greatest and total of the valid values.
 * A period's report leaves with the first sample after its end and stands at its start.
 */
import { DAY_MS, type DurationMs, HOUR_MS, type Instant, MINUTE_MS } from "../model/clock.ts";
import {
  type DataReport,
  encodeReport,
  type Logger,
  localDigits,
  type PeriodOf,
  periodFactors,
  realTimeFactors,
} from "./encoders/hj212.ts";
import type { Report } from "./hj212-client.ts";
import type { ActiveFault, Values } from "./models/model.ts";
import { PLACE } from "./weather.ts";

export interface PlantLogger {
  /** Takes a sample and answers the reports that are to be sent now. */
  take(now: Instant, values: Values, faults: readonly ActiveFault[]): Report[];
}

interface Sums {
  start: Instant;
  byMeasurement: Map<
    string,
    { count: number; sum: number; weighted: number; min: number; max: number }
  >;
  flowSum: number;
  samples: number;
}

const PERIODS: readonly { cn: DataReport["cn"]; ms: DurationMs }[] = [
  { cn: "2051", ms: 10 * MINUTE_MS },
  { cn: "2061", ms: HOUR_MS },
  { cn: "2031", ms: DAY_MS },
];
/** Their total is no mass: a mean of them adds up to nothing. */
const WITHOUT_TOTAL = new Set(["ph", "waterTemperatureC", "doMgL", "turbidityNtu"]);
const OVER_RANGE_VALUE = 999.9;
/** Faults that a logger itself knows and writes beside the value. */
const FLAGS: Record<string, string> = {
  "analyser-fault": "D",
  calibration: "C",
  "over-range": "T",
};

export function createPlantLogger(logger: Logger): PlantLogger {
  const open = new Map<string, Sums>();
  let lastQn = 0;

  const report = (
    cn: DataReport["cn"],
    dataTime: Instant,
    at: Instant,
    factors: DataReport["factors"],
  ): Report => {
    lastQn = Math.max(at, lastQn + 1);
    const frames = encodeReport(logger, { cn, qn: lastQn, dataTime, factors });
    return { qn: localDigits(lastQn), frames };
  };

  return {
    take(now, values, faults) {
      const flag = faults.map((fault) => FLAGS[fault.what]).find((one) => one !== undefined) ?? "N";
      const reports: Report[] = [];
      for (const { cn, ms } of PERIODS) {
        const start = Math.floor((now + PLACE.offsetMs) / ms) * ms - PLACE.offsetMs;
        const sums = open.get(cn);
        if (sums !== undefined && sums.start !== start) {
          const periods = periodsOf(sums, ms);
          if (Object.keys(periods).length > 0) {
            reports.push(report(cn, sums.start, now, periodFactors(periods, "N")));
          }
        }
        if (sums?.start !== start) open.set(cn, emptySums(start));
        if (flag === "N") add(open.get(cn), values);
      }
      const shown = flag === "T" ? { ...values, codMgL: OVER_RANGE_VALUE } : values;
      reports.push(report("2011", now, now, realTimeFactors(shown, flag)));
      return reports;
    },
  };
}

function emptySums(start: Instant): Sums {
  return { start, byMeasurement: new Map(), flowSum: 0, samples: 0 };
}

function add(sums: Sums | undefined, values: Values): void {
  if (sums === undefined) return;
  const flow = Number(values.flowM3h ?? 0);
  sums.flowSum += flow;
  sums.samples += 1;
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== "number") continue;
    const one = sums.byMeasurement.get(name);
    if (one === undefined) {
      const weighted = value * flow;
      sums.byMeasurement.set(name, { count: 1, sum: value, weighted, min: value, max: value });
      continue;
    }
    one.count += 1;
    one.sum += value;
    one.weighted += value * flow;
    one.min = Math.min(one.min, value);
    one.max = Math.max(one.max, value);
  }
}

/** Concentrations are weighted by the flow; totals are m³ of flow and kg of the rest. */
function periodsOf(sums: Sums, periodMs: DurationMs): Record<string, PeriodOf> {
  const hours = periodMs / HOUR_MS;
  const flowMean = sums.flowSum / Math.max(1, sums.samples);
  const periods: Record<string, PeriodOf> = {};
  for (const [name, { count, sum, weighted, min, max }] of sums.byMeasurement) {
    const hasMass = name !== "flowM3h" && !WITHOUT_TOTAL.has(name);
    const mean = hasMass && sums.flowSum > 0 ? weighted / sums.flowSum : sum / count;
    const total = name === "flowM3h" ? mean * hours : (mean * flowMean * hours) / 1000;
    periods[name] = { min, mean, max, ...(hasMass || name === "flowM3h" ? { total } : {}) };
  }
  return periods;
}
