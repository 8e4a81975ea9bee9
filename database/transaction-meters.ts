/** What both databases tell of their transactions. */
import type { Counter, Histogram, Metrics } from "../model/metrics.ts";
import type { TransactionQueue } from "./transaction-queue.ts";

const TRANSACTION_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2];

export function declareMeters(
  metrics: Metrics,
  queue: Pick<TransactionQueue, "waiting">,
): { transactions: Counter; seconds: Histogram } {
  const transactions = metrics.counter(
    "gridwarden_database_transactions_total",
    "Transactions by outcome: committed, rolled-back or refused before they began.",
    ["outcome"],
  );
  const seconds = metrics.histogram(
    "gridwarden_database_transaction_seconds",
    "Time of a transaction from its begin to its commit or rollback.",
    TRANSACTION_SECONDS,
  );
  metrics.gauge(
    "gridwarden_database_waiting",
    "Transactions that wait for their turn.",
    () => queue.waiting,
  );
  return { transactions, seconds };
}
