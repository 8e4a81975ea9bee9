/**
 * The door to the operators' platforms: hands commands to CTWing and OneNET over HTTP, each with a
 * bound on time and on the length of the answer. It tries once: what may go again is the queue's to
 * say. Where nothing can have left (no connection was made) it says so, and is away for a while, so
 * that what may go only once waits for it.
 */
import type { CloudAddress, SendFate } from "../commands/commands.ts";
import type { Clock, Instant } from "../model/clock.ts";
import { commandNote } from "../model/command-notes.ts";
import { LIMITS } from "../model/limits.ts";
import type { Metrics } from "../model/metrics.ts";
import {
  type CloudRequest,
  type CtwingAccess,
  ctwingFate,
  ctwingRequest,
  type OnenetAccess,
  onenetFate,
  onenetRequest,
} from "./command-cloud-requests.ts";

export interface CloudAccess {
  readonly ctwing: CtwingAccess | undefined;
  readonly onenet: OnenetAccess | undefined;
}

type Cloud = CloudAddress["kind"];

/** Of a connection that was never made: nothing was asked. */
const NEVER_CONNECTED = new Set([
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"],
  "UND_ERR_CONNECT_TIMEOUT",
]);

export function createClouds(
  { clock, metrics }: { clock: Clock; metrics: Metrics },
  access: CloudAccess,
) {
  const calls = metrics.counter(
    "gridwarden_cloud_commands_total",
    "Commands handed to operators' platforms, by platform and how that ended.",
    ["cloud", "result"],
  );
  /** Of those that could not be reached: not before then again, and how often in a row. */
  const away = new Map<Cloud, { until: Instant; failures: number }>();

  function requestFor(address: CloudAddress, body: string): CloudRequest | string {
    const now = clock.now();
    const { kind, productId } = address;
    if (kind === "ctwing") {
      const masterKey = access.ctwing?.masterKeys[productId];
      if (access.ctwing === undefined || masterKey === undefined) return noKey(address);
      return ctwingRequest(access.ctwing, { body, masterKey, now });
    }
    const key = access.onenet?.keys[productId];
    if (access.onenet === undefined || key === undefined) return noKey(address);
    return onenetRequest(access.onenet, { body, productId, key, now });
  }

  async function ask(kind: Cloud, request: CloudRequest): Promise<SendFate> {
    const { url, headers, body } = request;
    const response = await fetch(url, {
      ...{ method: "POST", headers, body, redirect: "error" },
      signal: AbortSignal.timeout(LIMITS.cloudAnswerMsMax),
    });
    const text = await boundedText(response);
    return kind === "ctwing"
      ? ctwingFate(response.status, text)
      : onenetFate(response.status, text);
  }

  function wasAway(kind: Cloud): void {
    const failures = (away.get(kind)?.failures ?? 0) + 1;
    const waitMs = LIMITS.commandRetryMsMin * 2 ** Math.min(failures - 1, 20);
    const until = clock.now() + Math.min(LIMITS.commandRetryMsMax, waitMs);
    away.set(kind, { until, failures });
  }

  return {
    /** It is set up, and was there when it was asked last. */
    isUp: (kind: Cloud): boolean =>
      access[kind] !== undefined && clock.now() >= (away.get(kind)?.until ?? 0),
    /** @throws Error where the platform may take the command later, or has it already */
    async send(address: CloudAddress, body: string): Promise<SendFate> {
      const { kind: cloud } = address;
      const request = requestFor(address, body);
      if (typeof request === "string") return { kind: "refused", why: request };
      try {
        const fate = await ask(cloud, request);
        away.delete(cloud);
        calls.add(1, { cloud, result: fate.kind });
        return fate;
      } catch (error) {
        const why = causeOf(error);
        const isUnsent = NEVER_CONNECTED.has(codeOf(error));
        calls.add(1, { cloud, result: isUnsent ? "unsent" : "failed" });
        if (!isUnsent) throw new Error(why);
        wasAway(cloud);
        return { kind: "unsent", why };
      }
    },
  };
}

function noKey({ kind, productId }: CloudAddress): string {
  return kind === "ctwing"
    ? commandNote("no-ctwing-key", { productId })
    : commandNote("no-onenet-key", { productId });
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LIMITS.cloudAnswerBytesMax) throw new Error("its answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function codeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  return String(cause?.code ?? "");
}

function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message || codeOf(error) : message;
}
