/** Where devices are heard: the broker, our own or another, and the listener of HJ 212, as they are configured. */
import { type Broker, type BrokerDeps, createBroker } from "../broker/broker.ts";
import { createExternalBroker } from "../broker/external-broker.ts";
import { createHj212Listener, type Hj212Listener } from "../ingest/gateways/hj212-listener.ts";
import type { Registry } from "../registry/registry.ts";
import type { Config } from "./config.ts";
import { keptFilters } from "./kept-filters.ts";
import { sparkplugState } from "./sparkplug-state.ts";

type HeardBy = Omit<BrokerDeps, "authenticate" | "gatewayMayUse" | "sourceTopic"> & {
  registry: Pick<Registry, "authenticate" | "gatewayMayUse" | "jsonSources">;
};

export function openBroker(
  { registry, ...deps }: HeardBy,
  config: Config,
  dataDirectory: string,
): Broker {
  const { jsonSources } = registry;
  const { sparkplugHost, mqttUrl } = config;
  const hostState = sparkplugHost === undefined ? undefined : sparkplugState(sparkplugHost);
  if (mqttUrl !== undefined) {
    const external = {
      ...{ ...deps, sourceFilters: jsonSources.filters },
      keptFilters: keptFilters(dataDirectory, deps.log),
    };
    return createExternalBroker(external, { url: mqttUrl, hostState });
  }
  return createBroker(
    {
      ...deps,
      authenticate: (username, password) => registry.authenticate(username, password),
      gatewayMayUse: registry.gatewayMayUse,
      sourceTopic: jsonSources.formatTopic,
    },
    {
      ...{ dataDirectory, hostState, mqttPort: config.mqttPort },
      ...(config.bind === undefined ? {} : { bind: config.bind }),
      ...(config.mqttsPort === undefined ? {} : { mqttsPort: config.mqttsPort }),
      ...(config.mqttWsPort === undefined ? {} : { wsPort: config.mqttWsPort }),
      ...(config.tls === undefined ? {} : { tls: config.tls }),
    },
  );
}

export function openHj212(
  deps: Parameters<typeof createHj212Listener>[0],
  { hj212Port: port, bind }: Config,
): Hj212Listener | undefined {
  if (port === undefined) return undefined;
  return createHj212Listener(deps, { port, ...(bind === undefined ? {} : { bind }) });
}
