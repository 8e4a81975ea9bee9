/**
 * Channels: the ways a message reaches a person's own device. What a channel is given and what it
 * answers is the same for all; each lies in one file of `notify/channels/`.
 */
import { z } from "zod";

/** As the configuration names a channel. */
export const ChannelId = z.string().regex(/^[a-z0-9-]{1,40}$/);

/** What is said of a case, or of a drill, to one person. */
export interface ChannelMessage {
  /** The same at each sending of one message, so that a receiver can tell a repeat. */
  messageId: string;
  /** Sendings before this one; a repeat is told in the text. */
  repeats: number;
  title: string;
  text: string;
  /** Said in every text and field of it. */
  isDrill: boolean;
  /** For the receiver's programs, by name. */
  fields: Readonly<Record<string, string>>;
}

/**
 * `taken`: the gateway has it, which says nothing of the person. `failed` with `isFinal`: the same
 * again would fail again (an unknown number, a wrong key), so another channel is needed.
 */
export type Sending =
  | { kind: "taken" }
  | { kind: "failed"; reason: string; isFinal: boolean; retryAfterMs?: number };

export interface Channel {
  readonly channelId: string;
  /** `to`: a telephone number, a user of the service, an address; as the channel's own file says. */
  send(to: string, message: ChannelMessage): Promise<Sending>;
}
