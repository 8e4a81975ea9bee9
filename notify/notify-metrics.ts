/** What is counted of orders on their way. */
import type { Counter, Histogram, Metrics } from "../model/metrics.ts";

export interface NotifyMetrics {
  sent: Counter;
  failed: Counter;
  delivered: Counter;
  digests: Counter;
  backlogs: Counter;
  ageSeconds: Histogram;
}

export function declareMetrics(metrics: Metrics, waiting: () => number): NotifyMetrics {
  metrics.gauge("gridwarden_notify_orders_waiting", "Orders not acknowledged yet.", waiting);
  return {
    sent: metrics.counter(
      "gridwarden_notify_orders_sent_total",
      "Orders and digests handed to the broker, repeats included.",
    ),
    failed: metrics.counter(
      "gridwarden_notify_sends_failed_total",
      "Sendings of an order that the broker did not take.",
    ),
    delivered: metrics.counter(
      "gridwarden_notify_orders_delivered_total",
      "Orders that a session of their crew acknowledged, singly or in a digest.",
    ),
    digests: metrics.counter(
      "gridwarden_notify_digests_total",
      "Digests that came to be sent; after a restart those that wait are counted again.",
    ),
    backlogs: metrics.counter(
      "gridwarden_notify_backlog_warnings_total",
      "Times that a crew came to have more waiting orders than is good.",
    ),
    ageSeconds: metrics.histogram(
      "gridwarden_notify_delivery_seconds",
      "From an order's making to its acknowledgement.",
      [0.05, 0.1, 0.25, 0.5, 1, 5, 30, 120, 600, 3600],
    ),
  };
}
