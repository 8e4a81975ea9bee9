/**
 * Sources of vendors' JSON as the API asks for them: put, and tried before that on a payload that
 * was said, or on the last messages of its topics, from memory and from the dead letters.
 */
import { createSourceTrial, type TriedMessage } from "../ingest/gateways/vendor-json-try.ts";
import type { Ingest } from "../ingest/ingest.ts";
import type { AssetClass } from "../model/asset-class.ts";
import type { Instant } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import { idInTopic, type JsonSource } from "../model/json-source.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Registry } from "../registry/registry.ts";
import type { LastMessage, LastMessages } from "./last-messages.ts";

interface TrySaid {
  source: JsonSource;
  payload?: unknown;
  topic?: string | undefined;
  class?: string | undefined;
}

type Tried = TriedMessage & { topic?: string; receivedAt?: Instant };

export function createJsonSourceDoor(deps: {
  registry: Registry;
  classes: readonly AssetClass[];
  zone: TimeZone;
  last: LastMessages;
  deadLetters(limit: number): ReturnType<Ingest["listDeadLetters"]>;
}) {
  const { registry, classes, zone, last } = deps;
  const trial = createSourceTrial({
    ...{ classes, zone },
    deviceByExternalId: (externalId) => registry.deviceByExternalId("json", externalId),
  });

  function checkClass(slug: string | undefined): void {
    if (slug === undefined || classes.some((each) => each.slug === slug)) return;
    const wanted = classes.map((each) => each.slug).join(", ");
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'class': got '${slug}', wanted one of ${wanted}`,
    );
  }

  /** @throws REQUEST_INVALID where the topic is not one of the source's */
  function trySaid({ source, payload, topic, class: slug }: TrySaid): Tried {
    const pattern = source.topic;
    const isTheirs = topic !== undefined && pattern !== undefined && idInTopic(pattern, topic);
    if (topic !== undefined && !isTheirs) {
      throw new GridwardenError(
        "REQUEST_INVALID",
        `field 'topic': got '${topic}', which is none of '${pattern ?? "no topic"}'`,
      );
    }
    if (topic === undefined && pattern?.includes("{id}")) {
      throw new GridwardenError(
        "REQUEST_INVALID",
        `field 'topic': absent; say on which topic of '${pattern}' the payload comes`,
      );
    }
    const bytes = Buffer.from(JSON.stringify(payload));
    const tried = trial({ source, payload: bytes, topic, class: slug });
    return topic === undefined ? tried : { topic, ...tried };
  }

  async function lastOf({ sourceId, topic: pattern }: JsonSource): Promise<LastMessage[]> {
    const isPushed = (topic: string): boolean =>
      topic.startsWith("intake/json/") && topic.endsWith(`/${sourceId}`);
    const isWanted = (topic: string): boolean =>
      isPushed(topic) || (pattern !== undefined && idInTopic(pattern, topic) !== undefined);
    const remembered = last.of(isWanted);
    const { items } = await deps.deadLetters(LIMITS.listMax);
    const whole = items.filter(
      ({ topic, payload, payloadBytes }) => isWanted(topic) && payload.length === payloadBytes,
    );
    const known = new Set(remembered.map(keyOf));
    const older = whole.filter((letter) => !known.has(keyOf(letter)));
    return [...remembered, ...older]
      .sort((a, b) => b.receivedAt - a.receivedAt)
      .slice(0, LIMITS.jsonTriesMax);
  }

  return {
    list: registry.jsonSources.list,
    get: registry.jsonSources.get,
    put: registry.jsonSources.put,
    remove: registry.jsonSources.remove,
    async try(said: TrySaid): Promise<Tried[]> {
      checkClass(said.class);
      if (said.payload !== undefined) return [trySaid(said)];
      const messages = await lastOf(said.source);
      return messages.map(({ topic, payload, receivedAt }) => {
        const given = { source: said.source, payload, class: said.class };
        const isPushed = topic.startsWith("intake/json/");
        const tried = trial({ ...given, topic: isPushed ? undefined : topic });
        return { topic, receivedAt, ...tried };
      });
    },
  };
}

const keyOf = ({ topic, receivedAt }: Omit<LastMessage, "payload">): string =>
  `${receivedAt} ${topic}`;
