/** What the console asks about sources of vendors' JSON. */
import type { Instant } from "../model/clock.ts";
import type { JsonSource } from "../model/json-source.ts";
import type { Page, PageRequest } from "./deps.ts";

interface FaultShown {
  reason: string;
  text: string;
}

export interface TriedShown {
  topic?: string;
  receivedAt?: Instant;
  items: readonly {
    externalId?: string;
    deviceId?: string;
    values: readonly {
      measurement: string;
      value: number;
      unit?: string;
      observedAt?: Instant;
    }[];
    faults: readonly FaultShown[];
  }[];
  faults: readonly FaultShown[];
}

export interface JsonSourcesDoor {
  list(request: PageRequest): Page<JsonSource>;
  get(sourceId: string): JsonSource | undefined;
  /** @throws REQUEST_INVALID where its topics are another's, or there are too many */
  put(source: JsonSource): Promise<JsonSource>;
  /** @throws JSON_SOURCE_NOT_FOUND */
  remove(sourceId: string): Promise<void>;
  /** On the payload, else on the last messages, the newest first. @throws REQUEST_INVALID */
  try(said: {
    source: JsonSource;
    payload?: unknown;
    topic?: string | undefined;
    class?: string | undefined;
  }): Promise<TriedShown[]>;
}
