/**
 * What is asked of the operators' platforms over HTTP to tell a device something, and what their
 * answers mean. Pure. CTWing (AEP): CreateCommand, signed as the SDKs of AEP do it (`signature` of
 * its Go and Python SDKs: HMAC-SHA1 under the application's secret over `application`, `timestamp`,
 * the sorted parameters, the body, each with a line break). OneNET: set-device-property of the thing
 * model, under a token of the product (平台 API 安全鉴权: `version`, `res`, `et`, `method`, `sign`).
 */
import { createHmac } from "node:crypto";
import type { SendFate } from "../commands/commands.ts";
import type { Instant } from "../model/clock.ts";
import { MINUTE_MS, SECOND_MS } from "../model/clock.ts";
import { commandNote } from "../model/command-notes.ts";

export interface CloudRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface CtwingAccess {
  readonly url: string;
  readonly appKey: string;
  readonly appSecret: string;
  /** By the product's id: its MasterKey. */
  readonly masterKeys: Readonly<Record<string, string>>;
}

export interface OnenetAccess {
  readonly url: string;
  /** By the product's id: its access key, base64. */
  readonly keys: Readonly<Record<string, string>>;
}

/** Of the API that takes the command (CreateCommand 20190712225145). */
const CTWING_VERSION = "20190712225145";
const CTWING_PATH = "aep_device_command/command";
const ONENET_VERSION = "2018-10-31";
const ONENET_METHOD = "sha256";
const ONENET_PATH = "thingmodel/set-device-property";
/** So long a token is good: long enough for a clock that is a little off. */
const ONENET_TOKEN_MS = 10 * MINUTE_MS;
const JSON_TYPE = "application/json; charset=UTF-8";

export function ctwingRequest(
  access: CtwingAccess,
  { body, masterKey, now }: { body: string; masterKey: string; now: Instant },
): CloudRequest {
  const { appKey: application, appSecret } = access;
  const timestamp = String(Math.floor(now));
  const signed = [
    `application:${application}`,
    `timestamp:${timestamp}`,
    `MasterKey:${masterKey}`,
    body,
  ];
  const text = signed.map((line) => `${line}\n`).join("");
  const signature = createHmac("sha1", appSecret).update(text).digest("base64");
  return {
    url: under(access.url, CTWING_PATH),
    headers: {
      ...{ application, timestamp, version: CTWING_VERSION, signature, MasterKey: masterKey },
      "content-type": JSON_TYPE,
    },
    body,
  };
}

export function onenetRequest(
  { url }: Pick<OnenetAccess, "url">,
  { body, productId, key, now }: { body: string; productId: string; key: string; now: Instant },
): CloudRequest {
  const authorization = onenetToken({ productId, key, until: now + ONENET_TOKEN_MS });
  const headers = { authorization, "content-type": JSON_TYPE };
  return { url: under(url, ONENET_PATH), headers, body };
}

/** `sign` is of `et`, `method`, `res` and `version`, in this order, one a line. */
export function onenetToken({
  productId,
  key,
  until,
}: {
  productId: string;
  key: string;
  until: Instant;
}): string {
  const res = `products/${productId}`;
  const et = String(Math.floor(until / SECOND_MS));
  const text = [et, ONENET_METHOD, res, ONENET_VERSION].join("\n");
  const hmac = createHmac(ONENET_METHOD, Buffer.from(key, "base64"));
  const sign = hmac.update(text).digest("base64");
  const values = { version: ONENET_VERSION, res, et, method: ONENET_METHOD, sign };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
}

/** `{"code": 0, "result": {"commandId"}}`: kept for the device; its results come as pushes. */
export function ctwingFate(status: number, text: string): SendFate {
  const answer = answerOf(text);
  if (status === 200 && answer.code === 0) {
    const { commandId } = objectIn(answer.result);
    const id = typeof commandId === "number" ? String(commandId) : commandId;
    return typeof id === "string" && id !== ""
      ? { kind: "taken", carrierId: id }
      : { kind: "taken" };
  }
  return declined("ctwing-declined", status, text, answer);
}

/** `{"code": 0}`: the platform had the device's answer, for which it waits. */
export function onenetFate(status: number, text: string): SendFate {
  const answer = answerOf(text);
  if (status !== 200 || answer.code !== 0) return declined("onenet-declined", status, text, answer);
  const { code } = objectIn(answer.data);
  const isOk = code === undefined || code === 200 || code === 0;
  if (isOk) return { kind: "done" };
  return { kind: "refused", why: commandNote("device-code", { code: String(code) }) };
}

/**
 * @throws Error where it may take the command later: what is ours to mend (a wrong key), or passes
 */
function declined(
  note: "ctwing-declined" | "onenet-declined",
  status: number,
  text: string,
  { code }: Record<string, unknown>,
): SendFate {
  const why = commandNote(note, { status, said: `'${text.slice(0, SHOWN_LENGTH_MAX)}'` });
  const isHttpFinal = status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status);
  const isTold = status === 200 && typeof code === "number";
  if (isHttpFinal || isTold) return { kind: "refused", why };
  throw new Error(why);
}

const SHOWN_LENGTH_MAX = 200;

function answerOf(text: string): Record<string, unknown> {
  try {
    return objectIn(JSON.parse(text));
  } catch {
    return {};
  }
}

function objectIn(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function under(url: string, path: string): string {
  return new URL(path, url.endsWith("/") ? url : `${url}/`).toString();
}
