/**
 * One HTTP call of a channel: bounded in time and in what is read, and never thrown from. A server that
 * is slow, half, wrong or silent costs its own channel that time and nobody else anything.
 */
import type { Sending } from "../../model/channel.ts";
import { LIMITS } from "../../model/limits.ts";

export interface HttpCall {
  method: "GET" | "POST";
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

type Failed = Extract<Sending, { kind: "failed" }>;
export type Answer = { kind: "answer"; status: number; text: string } | Failed;

/** Says where it called in an error by host alone: a path may hold a key. */
export async function callHttp(
  call: HttpCall,
  timeoutMs: number = LIMITS.channelAnswerMsMax,
  /** Keys and numbers that an error does not say, though the server may echo them. */
  hidden: readonly string[] = [],
): Promise<Answer> {
  const { method, url, headers = {}, body } = call;
  const host = URL.canParse(url) ? new URL(url).host : "what is no address";
  try {
    const response = await fetch(url, {
      method,
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      ...(body !== undefined && { body }),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await readBounded(response);
    if (response.ok) return { kind: "answer", status: response.status, text };
    return refusedBy(host, response, shown(text, hidden));
  } catch (error) {
    const isLate = (error as Error).name === "TimeoutError";
    const why = isLate ? `did not answer within ${timeoutMs} ms` : `failed: ${causeOf(error)}`;
    return { kind: "failed", reason: `${host} ${why}`, isFinal: false };
  }
}

/** 408 and 429 pass by, and so may whatever is the server's fault; the rest is ours. */
function refusedBy(host: string, response: Response, text: string): Failed {
  const { status } = response;
  const isFinal = status >= 400 && status < 500 && status !== 408 && status !== 429;
  const [seconds] = /^\d+$/.exec(response.headers.get("retry-after") ?? "") ?? [];
  const restMs = Math.min(Number(seconds) * 1_000, LIMITS.channelRetryAfterMsMax);
  return {
    kind: "failed",
    reason: `${host} answered ${status}: ${text}`,
    isFinal,
    ...(seconds !== undefined && { retryAfterMs: restMs }),
  };
}

/** @throws Error when it is longer than any answer that a channel waits for. */
async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LIMITS.channelAnswerBytesMax) throw new Error("the answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

/** So much of an answer as an error shows. */
export function shown(text: string, hidden: readonly string[] = []): string {
  const open = hidden.reduce((all, secret) => all.replaceAll(secret, "…"), text);
  return `'${open.slice(0, 200)}'`;
}
