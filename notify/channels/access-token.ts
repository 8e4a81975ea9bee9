/**
 * What DingTalk and WeCom have in common: an access token that runs out and is fetched with the
 * application's secret, a call with it, an `errcode` in every answer, and a text bounded in bytes.
 * The token is kept until shortly before its end, fetched once for many sends at once, and renewed once
 * in a send that hears it is not valid. Throws nothing; no secret, token or receiver is in a reason.
 */
import { z } from "zod";
import type { Sending } from "../../model/channel.ts";
import {
  type Clock,
  type DurationMs,
  type Instant,
  MINUTE_MS,
  SECOND_MS,
} from "../../model/clock.ts";
import { callHttp, type HttpCall } from "./http-call.ts";

/** A token is not used in its last minutes: the call takes time and the clocks differ. */
const TOKEN_MARGIN_MS = 5 * MINUTE_MS;
const SAID_CHARS_MAX = 200;
/** Shorter ones stand by chance in any text. */
const HIDDEN_CHARS_MIN = 6;

/** What the codes of a service mean; any other code may pass by. */
export interface ServiceCodes {
  token: ReadonlySet<number>;
  /** With the time after which it may be tried again. */
  rate: ReadonlyMap<number, DurationMs>;
  finalOfToken: ReadonlySet<number>;
  finalOfSend: ReadonlySet<number>;
}

export interface TokenService {
  tokenUrl: string;
  sendUrl(token: string): string;
  secret: string;
  codes: ServiceCodes;
  codeOf(answer: ServiceAnswer): number;
}

const ServiceAnswer = z.looseObject({
  errcode: z.int(),
  errmsg: z.string().optional().catch(undefined),
});
export type ServiceAnswer = z.infer<typeof ServiceAnswer>;

const TokenAnswer = z.object({
  access_token: z.string().min(1).max(2_000),
  expires_in: z.number().positive().max(1e6),
});

type Failed = Extract<Sending, { kind: "failed" }>;
type Answered = { kind: "answer"; answer: ServiceAnswer };
type Refused = { kind: "refused"; code: number; reason: string };
type Held = { kind: "token"; token: string; usableUntil: Instant };

export interface TokenCaller {
  /** `to` is kept out of the reason: it may be a telephone number. */
  post(body: object, to: string): Promise<Answered | Failed>;
}

export function createTokenCaller(
  service: TokenService,
  clock: Pick<Clock, "now">,
  timeoutMs?: number,
): TokenCaller {
  const { tokenUrl, codes, secret } = service;
  const { host } = new URL(tokenUrl);
  let held: Held | undefined;
  let asking: Promise<Held | Failed> | undefined;

  async function call(http: HttpCall, hidden: string[]): Promise<Answered | Refused | Failed> {
    const answered = await callHttp(http, timeoutMs);
    if (answered.kind === "failed") return { ...answered, reason: withoutBody(answered.reason) };
    const parsed = ServiceAnswer.safeParse(parseJson(answered.text));
    if (!parsed.success) {
      const reason = `${host} answered ${said(answered.text, hidden)}, which has no errcode`;
      return { kind: "failed", reason, isFinal: false };
    }
    const code = service.codeOf(parsed.data);
    if (code === 0) return { kind: "answer", answer: parsed.data };
    const what = said(parsed.data.errmsg ?? "", hidden);
    return { kind: "refused", code, reason: `${host} answered errcode ${code}: ${what}` };
  }

  function failedOf({ code, reason }: Refused, finals: ReadonlySet<number>): Failed {
    const retryAfterMs = codes.rate.get(code);
    const isFinal = finals.has(code);
    return { kind: "failed", reason, isFinal, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }

  async function ask(): Promise<Held | Failed> {
    const askedAt = clock.now();
    const result = await call({ method: "GET", url: tokenUrl }, [secret]);
    if (result.kind === "failed") return result;
    if (result.kind === "refused") return failedOf(result, codes.finalOfToken);
    const parsed = TokenAnswer.safeParse(result.answer);
    if (!parsed.success) {
      return { kind: "failed", reason: `${host} answered without a token`, isFinal: false };
    }
    const lifeMs = parsed.data.expires_in * SECOND_MS;
    const usableUntil = askedAt + lifeMs - Math.min(TOKEN_MARGIN_MS, lifeMs / 2);
    held = { kind: "token", token: parsed.data.access_token, usableUntil };
    return held;
  }

  async function takeToken(): Promise<Held | Failed> {
    if (held !== undefined && clock.now() < held.usableUntil) return held;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  async function postOnce(text: string, to: string): Promise<Answered | Refused | Failed> {
    const taken = await takeToken();
    if (taken.kind === "failed") return taken;
    const url = service.sendUrl(taken.token);
    const result = await call({ method: "POST", url, body: text }, [secret, taken.token, to]);
    const isTokenRefused = result.kind === "refused" && codes.token.has(result.code);
    // Another send may have renewed it meanwhile; the new one stays.
    if (isTokenRefused && held?.token === taken.token) held = undefined;
    return result;
  }

  return {
    async post(body, to) {
      const text = JSON.stringify(body);
      let result = await postOnce(text, to);
      if (result.kind === "refused" && codes.token.has(result.code)) {
        result = await postOnce(text, to);
      }
      return result.kind === "refused" ? failedOf(result, codes.finalOfSend) : result;
    },
  };
}

/** Cuts at a character, and says so; `bytesOf` is what a character costs. */
export function cutToBytes(
  text: string,
  bytesMax: number,
  bytesOf: (character: string) => number = (character) => Buffer.byteLength(character),
): string {
  const ellipsis = "…";
  let bytes = 0;
  let end = 0;
  let endWithEllipsis = 0;
  for (const character of text) {
    bytes += bytesOf(character);
    if (bytes > bytesMax) return text.slice(0, endWithEllipsis) + ellipsis;
    end += character.length;
    if (bytes + bytesOf(ellipsis) <= bytesMax) endWithEllipsis = end;
  }
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An error page may show the address that was called, and in it stand the secret and the token. */
const withoutBody = (reason: string): string => reason.replace(/( answered \d{3}): .*$/s, "$1");

function said(text: string, hidden: readonly string[]): string {
  let shown = text;
  for (const secret of hidden.filter(({ length }) => length >= HIDDEN_CHARS_MIN)) {
    shown = shown.replaceAll(secret, "***").replaceAll(encodeURIComponent(secret), "***");
  }
  return `'${shown.slice(0, SAID_CHARS_MAX)}'`;
}
