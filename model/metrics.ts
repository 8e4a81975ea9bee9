/**
 * What a room counts. Names follow Prometheus: `gridwarden_<room>_<what>_<unit>[_total]`.
 * A label's values are few and bounded; ids of devices and assets are never labels.
 */
export type Labels = Record<string, string>;

export interface Counter {
  add(count: number, labels?: Labels): void;
}

export interface Histogram {
  observe(value: number): void;
}

export interface Metrics {
  counter(name: string, help: string, labelNames?: string[]): Counter;
  /** Read when it is asked for; a record answers one value a label value of `labelName`. */
  gauge(name: string, help: string, read: () => number): void;
  gaugeBy(name: string, help: string, labelName: string, read: () => Record<string, number>): void;
  histogram(name: string, help: string, buckets: number[]): Histogram;
}

export interface MemoryMetrics extends Metrics {
  /** A counter's sum over its labels, or of one label set. */
  value(name: string, labels?: Labels): number;
}

/** Metrics that only keep their sums: for tests and for parts that run alone. */
export function memoryMetrics(): MemoryMetrics {
  const sums = new Map<string, number>();
  const gauges = new Map<string, () => number>();
  const key = (name: string, labels: Labels | undefined): string =>
    `${name}|${JSON.stringify(Object.entries(labels ?? {}).sort())}`;
  return {
    counter: (name) => ({
      add(count, labels) {
        sums.set(name, (sums.get(name) ?? 0) + count);
        if (labels !== undefined) {
          sums.set(key(name, labels), (sums.get(key(name, labels)) ?? 0) + count);
        }
      },
    }),
    gauge: (name, _help, read) => void gauges.set(name, read),
    gaugeBy: (name, _help, labelName, read) => {
      gauges.set(name, () => Object.values(read()).reduce((sum, value) => sum + value, 0));
      void labelName;
    },
    histogram: (name) => ({
      observe: (value) => void sums.set(name, (sums.get(name) ?? 0) + value),
    }),
    value: (name, labels) =>
      sums.get(labels === undefined ? name : key(name, labels)) ?? gauges.get(name)?.() ?? 0,
  };
}
