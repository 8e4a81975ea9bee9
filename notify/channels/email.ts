/**
 * E-mail over the city's mail server (SMTP, RFC 5321). `to` is one address. A refusal for good (5xx) is
 * final, one for a time (4xx) is not. `Message-ID` is made of the message's own id, so that a repeat can be told, and a
 * drill has a header of its own.
 */
import { createHash } from "node:crypto";
import { createTransport } from "nodemailer";
import { z } from "zod";
import { type Channel, ChannelId, type ChannelMessage, type Sending } from "../../model/channel.ts";
import { LIMITS } from "../../model/limits.ts";
import { textOf } from "./message-text.ts";

const Address = z.email().max(200);

export const EmailSettings = z.strictObject({
  kind: z.literal("email"),
  channelId: ChannelId,
  host: z.string().min(1).max(200),
  port: z.int().min(1).max(65_535).default(465),
  secure: z
    .boolean()
    .default(true)
    .describe("TLS from the first byte; else STARTTLS where offered"),
  user: z.string().max(200).optional(),
  password: z.string().max(200).optional(),
  from: Address,
});
type Settings = z.infer<typeof EmailSettings>;

export function createEmail(
  settings: Settings,
  timeoutMs: number = LIMITS.channelAnswerMsMax,
): Channel {
  const { channelId, host, port, secure, user, password = "", from } = settings;
  const transport = createTransport({
    ...{ host, port, secure },
    ...(user !== undefined && { auth: { user, pass: password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    channelId,
    async send(to, message) {
      if (!Address.safeParse(to).success) {
        return { kind: "failed", reason: "the receiver is no e-mail address", isFinal: true };
      }
      try {
        await transport.sendMail({ from, to, ...mailOf(message, host) });
        return { kind: "taken" };
      } catch (error) {
        return failed(error as SmtpError, host, [to, password]);
      }
    },
  };
}

function mailOf(message: ChannelMessage, host: string) {
  const { messageId, repeats, isDrill, title } = message;
  const [head = "", ...rest] = textOf(message).split("\n");
  const id = createHash("sha256").update(`${messageId} ${repeats}`).digest("hex").slice(0, 32);
  return {
    // One line, whatever the title has in it.
    subject: head.replaceAll(/\s+/g, " ").slice(0, 200) || title.slice(0, 200),
    text: [head, ...rest].join("\n"),
    messageId: `<${id}@${host.replaceAll(/[^a-zA-Z0-9.-]/g, "")}>`,
    headers: { "X-Gridwarden-Message": messageId, ...(isDrill && { "X-Gridwarden-Drill": "yes" }) },
  };
}

interface SmtpError extends Error {
  responseCode?: number;
}

/** What the server refused for good fails again; one that is away does not. */
function failed(error: SmtpError, host: string, hidden: readonly string[]): Sending {
  const { responseCode = 0, message } = error;
  const isFinal = responseCode >= 500 && responseCode < 600;
  const said = hidden
    .filter((secret) => secret !== "")
    .reduce((text, secret) => text.replaceAll(secret, "…"), message);
  return { kind: "failed", reason: `${host} ${said.slice(0, 200)}`, isFinal };
}
