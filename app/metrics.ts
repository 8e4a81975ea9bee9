/** Metrics in Prometheus' format; rooms count through the model's interface. */
import prom from "prom-client";
import type { Metrics } from "../model/metrics.ts";

export interface PrometheusMetrics extends Metrics {
  text(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(): PrometheusMetrics {
  const registry = new prom.Registry();
  prom.collectDefaultMetrics({ register: registry, prefix: "gridwarden_process_" });
  const registers = [registry];
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    counter(name, help, labelNames = []) {
      const counter = new prom.Counter({ name, help, labelNames, registers });
      return {
        add(count, labels) {
          if (labels === undefined) counter.inc(count);
          else counter.inc(labels, count);
        },
      };
    },
    gauge(name, help, read) {
      new prom.Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
    gaugeBy(name, help, labelName, read) {
      new prom.Gauge({
        name,
        help,
        labelNames: [labelName],
        registers,
        collect() {
          this.reset();
          for (const [label, value] of Object.entries(read())) {
            this.set({ [labelName]: label }, value);
          }
        },
      });
    },
    histogram(name, help, buckets) {
      const histogram = new prom.Histogram({ name, help, buckets, registers });
      return { observe: (value) => histogram.observe(value) };
    },
  };
}
