/**
 * Topics of JSON sources at a broker that is not ours, which keeps what our session is subscribed to also
 * while we are away. So it is remembered what was asked for, before it is asked, until the broker has
 * acknowledged that it is over: what a source gave up meanwhile is ended with the next connection.
 */
import type { MqttClient } from "mqtt";
import type { Log } from "../model/log.ts";

/** What our session may be subscribed to, over restarts. */
export interface KeptFilters {
  read(): readonly string[];
  write(filters: readonly string[]): void;
}

const REFUSED = 0x80;

export function createFollowedSources(deps: {
  wanted(): readonly string[];
  kept?: KeptFilters | undefined;
  log: Log;
}) {
  const { wanted, kept, log } = deps;
  let followed: ReadonlySet<string> = new Set(kept?.read());

  function remember(filters: Iterable<string>): void {
    const next = new Set(filters);
    const isSame = next.size === followed.size && [...next].every((each) => followed.has(each));
    if (isSame) return;
    followed = next;
    kept?.write([...next]);
  }

  function unfollow(client: MqttClient, gone: readonly string[]): void {
    client.unsubscribe([...gone], (error) => {
      // Whatever went wrong, the next connection begins with it again.
      if (error) return;
      const left = new Set(gone);
      // One may have come back while the broker answered.
      for (const filter of wanted()) left.delete(filter);
      remember([...followed].filter((filter) => !left.has(filter)));
    });
  }

  return {
    /** A source's topic that the broker refuses is told and stops no other. */
    follow(client: MqttClient): void {
      const filters = [...new Set(wanted())];
      const gone = [...followed].filter((filter) => !filters.includes(filter));
      remember([...followed, ...filters]);
      if (gone.length > 0) unfollow(client, gone);
      if (filters.length === 0) return;
      client.subscribe(filters, { qos: 1 }, (error, _grants, packet) => {
        const refused = refusedOf(filters, packet);
        if (error === null && refused.length === 0) return;
        log.error("the external broker refuses topics of JSON sources; check its access rights", {
          refused,
          error: error ? String(error) : undefined,
        });
      });
    },
  };
}

/** MQTT.js tells that there are some, the broker's own answer which. */
export function refusedOf(
  filters: readonly string[],
  answer: { readonly granted: readonly unknown[] } | undefined,
): string[] {
  return filters.filter((_filter, n) => answer?.granted[n] === REFUSED);
}
