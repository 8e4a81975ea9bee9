/**
 * The channels of a city as its file `channels.json` has them: `{"channels":[{"kind":"webhook","channelId":…}]}`.
 * All faults of the file are told at once, each with its place.
 */
import { z } from "zod";
import { type Channel, ChannelId } from "../../model/channel.ts";
import type { Clock } from "../../model/clock.ts";
import { QuietHours } from "../../model/contact.ts";
import { GridwardenError } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";
import { nearestName } from "../../model/nearest-name.ts";
import { Ladders } from "../escalation/ladder.ts";
import { Budgets } from "../reaches/budget.ts";
import { createDingtalk, DingtalkSettings } from "./dingtalk.ts";
import { createEmail, EmailSettings } from "./email.ts";
import { createGateway, GatewaySettings } from "./gateway.ts";
import { createRobot, RobotSettings } from "./robot.ts";
import { createWebhook, WebhookSettings } from "./webhook.ts";
import { createWecom, WecomSettings } from "./wecom.ts";

/** One schema a kind. */
const Settings = z.discriminatedUnion("kind", [
  GatewaySettings,
  EmailSettings,
  DingtalkSettings,
  WecomSettings,
  RobotSettings,
  WebhookSettings,
]);
type Settings = z.infer<typeof Settings>;

/** By which channels reporters are asked whether it is solved, and where their page lies. */
const CitizensSettings = z.strictObject({
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .max(200)
    .describe("of the platform as citizens reach it"),
  sms: ChannelId.optional(),
  email: ChannelId.optional(),
  quietHours: QuietHours.default({ from: "21:00", to: "08:00" }),
});

const ChannelsFile = z
  .strictObject({
    channels: z.array(Settings).max(LIMITS.channelsMax),
    citizens: CitizensSettings.optional(),
    escalation: Ladders.default(() => Ladders.parse({})),
    budgets: Budgets.default(() => Budgets.parse({})),
  })
  .superRefine(({ channels, citizens }, context) => {
    const seen = new Set<string>();
    for (const [n, { channelId }] of channels.entries()) {
      if (!seen.has(channelId)) seen.add(channelId);
      else {
        const path = ["channels", n, "channelId"];
        context.addIssue({ code: "custom", path, message: `there are two '${channelId}'` });
      }
    }
    for (const way of ["sms", "email"] as const) {
      const channelId = citizens?.[way];
      if (channelId === undefined || seen.has(channelId)) continue;
      const message = `there is no channel '${channelId}'`;
      context.addIssue({ code: "custom", path: ["citizens", way], message });
    }
  });

export interface ChannelBook {
  /** By id, in the order of the file. */
  readonly channels: ReadonlyMap<string, { kind: Settings["kind"]; channel: Channel }>;
  /** Who is called when about a case that nobody has taken. */
  readonly ladders: Ladders;
  readonly budgets: Budgets;
  /** Absent: the platform asks no reporter by itself. */
  readonly citizens?: z.infer<typeof CitizensSettings>;
  /** @throws GridwardenError CONFIG_INVALID when there is none of that id. */
  need(channelId: string): Channel;
}

/** @throws GridwardenError CONFIG_INVALID with `details.faults` */
export function readChannels(json: string, clock: Pick<Clock, "now">): ChannelBook {
  const parsed = ChannelsFile.safeParse(parseJson(json));
  if (!parsed.success) throw invalid(parsed.error.issues.map(faultOf));
  const channels = new Map(
    parsed.data.channels.map((settings) => [
      settings.channelId,
      { kind: settings.kind, channel: createChannel(settings, clock) },
    ]),
  );
  return {
    channels,
    ladders: parsed.data.escalation,
    budgets: parsed.data.budgets,
    ...(parsed.data.citizens !== undefined && { citizens: parsed.data.citizens }),
    need(channelId) {
      const found = channels.get(channelId);
      if (found !== undefined) return found.channel;
      const meant = nearestName(channelId, [...channels.keys()]);
      const hint = meant === undefined ? "" : `; did you mean '${meant}'?`;
      throw invalid([`there is no channel '${channelId}'${hint}`]);
    },
  };
}

function createChannel(settings: Settings, clock: Pick<Clock, "now">): Channel {
  switch (settings.kind) {
    case "webhook":
      return createWebhook(settings, clock);
    case "sms":
    case "voice":
      return createGateway(settings);
    case "email":
      return createEmail(settings);
    case "dingtalk-robot":
    case "wecom-robot":
      return createRobot(settings, clock);
    case "dingtalk":
      return createDingtalk(settings, clock);
    case "wecom":
      return createWecom(settings, clock);
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw invalid([`it is not JSON: ${(error as Error).message}`]);
  }
}

const faultOf = ({ path, message }: z.core.$ZodIssue): string =>
  path.length === 0 ? message : `${path.join(".")}: ${message}`;

function invalid(faults: string[]): GridwardenError {
  return new GridwardenError("CONFIG_INVALID", `the channels: ${faults.join("; ")}`, {
    details: { faults },
  });
}
