/**
 * SMS (短信) and voice calls (语音电话) through the HTTP gateway that a city has bought, described by a template in its
 * file: what is asked, what answer is a success, how its receipts are read. `to` is a telephone number of 3
 * to 20 digits, with `+` where it is international. A voice call reads the text aloud and asks for a key: what was
 * pressed comes back as a receipt.
 */
import { z } from "zod";
import {
  type Channel,
  ChannelId,
  type ChannelMessage,
  type Receipt,
  type ReceiptCall,
  type ReceiptsRead,
  type Sending,
} from "../../model/channel.ts";
import {
  filled,
  filledJson,
  JsonPath,
  names,
  TemplateJson,
  TemplateText,
  type Values,
  valueAt,
} from "./gateway-template.ts";
import { callHttp, type HttpCall, shown } from "./http-call.ts";
import { textOf } from "./message-text.ts";
import { checkReceiptKey, readEach, receiptInvalid } from "./receipts.ts";

const ReceiptSettings = z.strictObject({
  key: z.string().min(16).max(200).describe("what the gateway must say as `Bearer` or `key`"),
  list: JsonPath.optional().describe(
    "where the array of receipts stands; the body itself if absent",
  ),
  idField: JsonPath,
  stateField: JsonPath,
  /** The gateway's words, or keys that are pressed, and what they mean; others are left out. */
  states: z.record(
    z.string().max(40),
    z.enum(["delivered", "failed", "accepted", "declined", "ignored"]),
  ),
  reasonField: JsonPath.optional(),
});

const GatewayShape = z.strictObject({
  kind: z.enum(["sms", "voice"]),
  channelId: ChannelId,
  method: z.enum(["POST", "GET"]).default("POST"),
  url: TemplateText.refine((url) => /^https?:\/\/[^/{]+/.test(url), "an address of http or https"),
  headers: z.record(z.string().max(60), TemplateText).default({}),
  encoding: z.enum(["json", "form"]).default("json"),
  body: TemplateJson.optional().describe("JSON, or of a form its fields"),
  /** An answer is a success where this field of its JSON has this value. */
  success: z.strictObject({ field: JsonPath, equals: z.string().max(100) }),
  receiptIdField: JsonPath.optional().describe(
    "the gateway's own name of a message, in its answer",
  ),
  /** Values of the success field that fail again: an unknown number, a wrong key. */
  final: z.array(z.string().max(100)).max(100).default([]),
  /** Values of it that mean: too many, later. */
  busy: z.array(z.string().max(100)).max(100).default([]),
  textMax: z.int().min(20).max(2_000).default(500).describe("characters; longer texts are cut"),
  /** Said at the end of a call's text. */
  ask: z.string().max(200).optional(),
  receipts: ReceiptSettings.optional(),
});

export const GatewaySettings = GatewayShape.superRefine((settings, context) => {
  const fault = (path: (string | number)[], message: string): void =>
    context.addIssue({ code: "custom", path, message });
  const { url, body, method, encoding, kind, receipts } = settings;
  for (const wanted of ["to", "text"]) {
    if (names(url, wanted) || names(body, wanted)) continue;
    fault(["body"], `nothing of it says {{${wanted}}}`);
  }
  if (method === "GET" && body !== undefined)
    fault(["body"], "a GET has none; put it into the url");
  if (encoding === "form" && !isForm(body)) fault(["body"], "fields of texts, for a form");
  if (kind !== "voice") return;
  if (!Object.values(receipts?.states ?? {}).includes("accepted")) {
    fault(["receipts"], "a call wants a key that is 'accepted'");
  }
});
type Settings = z.infer<typeof GatewaySettings>;

const TELEPHONE = /^\+?\d{3,20}$/;
const BUSY_MS = 60_000;
const ASK_BY_DEFAULT = "接单请按1，不能前往请按9。Press 1 to accept, 9 to decline.";

function isForm(body: TemplateJson | undefined): body is Record<string, string> {
  if (body === undefined || body === null || typeof body !== "object") return false;
  return !Array.isArray(body) && Object.values(body).every((each) => typeof each === "string");
}

export function createGateway(settings: Settings, timeoutMs?: number): Channel {
  const { channelId, receipts } = settings;
  const secrets = secretsOf(settings);
  return {
    channelId,
    async send(to, message) {
      if (!TELEPHONE.test(to)) {
        const reason = "the receiver is no telephone number of 3 to 20 digits";
        return { kind: "failed", reason, isFinal: true };
      }
      const hidden = [...secrets, to.replace("+", "")];
      const answer = await callHttp(callOf(settings, to, message), timeoutMs, hidden);
      return answer.kind === "answer" ? judged(settings, answer.text, hidden) : answer;
    },
    ...(receipts !== undefined && { readReceipts: (call) => receiptsOf(receipts, call) }),
  };
}

function callOf(settings: Settings, to: string, message: ChannelMessage): HttpCall {
  const { method, url, headers, encoding, body } = settings;
  const values = valuesOf(settings, to, message);
  const said = Object.entries(headers).map(([name, text]) => [name, filled(text, values)]);
  return {
    method,
    url: filled(url, values, encodeURIComponent),
    headers: {
      ...(encoding === "form" && { "content-type": "application/x-www-form-urlencoded" }),
      ...Object.fromEntries(said),
    },
    ...(body !== undefined && { body: bodyOf(body, encoding, values) }),
  };
}

function bodyOf(body: TemplateJson, encoding: Settings["encoding"], values: Values): string {
  if (encoding === "json") return JSON.stringify(filledJson(body, values));
  return String(new URLSearchParams(filledJson(body, values) as Record<string, string>));
}

function valuesOf(settings: Settings, to: string, message: ChannelMessage): Values {
  const { kind, textMax, ask = ASK_BY_DEFAULT } = settings;
  const { messageId, title, repeats, isDrill, fields } = message;
  const end = kind === "voice" ? `\n${ask}` : "";
  const text = [...textOf(message)].slice(0, textMax - [...end].length).join("") + end;
  return {
    ...{ to, title, text, messageId, repeats: String(repeats), isDrill: String(isDrill) },
    fields,
  };
}

/** Also with status 200 a gateway may have refused it: a field of its answer says so. */
function judged(settings: Settings, text: string, hidden: readonly string[]): Sending {
  const { success, final, busy, receiptIdField } = settings;
  const json = parsed(text);
  const said = String(valueAt(json, success.field) ?? "");
  if (said === success.equals) {
    const id = receiptIdField === undefined ? undefined : valueAt(json, receiptIdField);
    const hasId = typeof id === "string" || typeof id === "number";
    return { kind: "taken", ...(hasId && { receiptId: String(id) }) };
  }
  const { host } = new URL(settings.url);
  const got = json === undefined ? "what is no JSON" : `'${said}'`;
  const reason = `${host} answered ${got} in '${success.field}', wanted '${success.equals}': ${shown(text, hidden)}`;
  const isBusy = busy.includes(said);
  return {
    kind: "failed",
    reason,
    isFinal: final.includes(said),
    ...(isBusy && { retryAfterMs: BUSY_MS }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws RECEIPT_REFUSED, RECEIPT_INVALID */
function receiptsOf(settings: z.infer<typeof ReceiptSettings>, call: ReceiptCall): ReceiptsRead {
  checkReceiptKey(call, settings.key);
  const body = call.body ?? call.query;
  const said = settings.list === undefined ? body : valueAt(body, settings.list);
  return readEach(said, (each, index) => receiptOf(settings, each, index));
}

/** @throws RECEIPT_INVALID */
function receiptOf(
  { idField, stateField, reasonField, states }: z.infer<typeof ReceiptSettings>,
  each: unknown,
  index: number,
): Receipt | undefined {
  const id = textAt(each, idField, index);
  const word = textAt(each, stateField, index);
  const state = Object.hasOwn(states, word) ? states[word] : undefined;
  if (state === undefined) {
    const known = Object.keys(states).join(", ");
    throw receiptInvalid(
      `${index}.${stateField}: got '${word.slice(0, 40)}', wanted one of ${known}`,
    );
  }
  if (state === "ignored") return undefined;
  const reason = reasonField === undefined ? undefined : valueAt(each, reasonField);
  return { id, state, ...(typeof reason === "string" && { reason: reason.slice(0, 200) }) };
}

/** @throws RECEIPT_INVALID */
function textAt(json: unknown, path: string, index: number): string {
  const value = valueAt(json, path);
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw receiptInvalid(`${index}.${path}: wanted a text or a number`);
}

/** Words of headers and of what is no template: keys, as a rule. */
function secretsOf({ headers, body, receipts }: Settings): string[] {
  const texts = [...Object.values(headers), ...textsIn(body), receipts?.key ?? ""];
  return texts
    .flatMap((text) => text.split(/\s+/))
    .filter((word) => !word.includes("{{") && word.length >= SECRET_LENGTH_MIN);
}

const SECRET_LENGTH_MIN = 6;

function textsIn(template: TemplateJson | undefined): string[] {
  if (typeof template === "string") return [template];
  if (template === undefined || template === null || typeof template !== "object") return [];
  return Object.values(template).flatMap(textsIn);
}
