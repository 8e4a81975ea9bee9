/** What the console asks about decoding again: raw uplinks of a period, and dead letters. */
import type { DeadLetterReason } from "../model/errors.ts";
import type { Redecoding, RetryReport } from "../model/redecoding.ts";
import type { DeviceFormat } from "../model/registry.ts";

export interface RedecodingsDoor {
  /** @throws RAW_NOT_KEPT, REQUEST_INVALID where no device is meant, RATE_LIMITED where too many wait */
  ask(asked: Pick<Redecoding, "selection" | "from" | "to" | "by">): Promise<Redecoding>;
  /** @throws REDECODING_NOT_FOUND */
  get(redecodingId: string): Promise<Redecoding>;
  /** @throws REDECODING_NOT_FOUND */
  cancel(redecodingId: string): Promise<Redecoding>;
}

export interface RetriesDoor {
  /** @throws DEAD_LETTER_NOT_FOUND, RAW_NOT_KEPT, STORE_FAILED */
  one(letterId: number): Promise<RetryReport>;
  /** @throws STORE_FAILED */
  all(asked: {
    reason?: DeadLetterReason | undefined;
    format?: DeviceFormat | undefined;
    deviceId?: string | undefined;
    cursor?: string | undefined;
  }): Promise<RetryReport>;
}
