/** Gateways, which speak for the devices registered under them, and services with topics of their own. */
import { GridwardenError } from "../model/errors.ts";
import type { Gateway, Service } from "../model/registry.ts";
import { isValidFilter } from "../model/topic-filter.ts";
import {
  type Credential,
  checkNameFree,
  checkNameOfOne,
  insertCredential,
  makeKey,
} from "./credentials.ts";
import type { Holdings } from "./holdings.ts";
import type { Page, PageRequest } from "./shelf.ts";
import { gatewayTable, serviceTable } from "./tables.ts";
import { checkUnit } from "./units.ts";
import type { Write } from "./writer.ts";

export interface Gateways {
  list(request: PageRequest): Page<Gateway>;
  get(gatewayId: string): Gateway | undefined;
  create(gateway: Gateway): Promise<{ gatewayId: string; key: string }>;
}

export interface Services {
  list(request: PageRequest): Page<Service>;
  get(serviceId: string): Service | undefined;
  create(service: Service): Promise<{ serviceId: string; key: string }>;
}

export function createGateways(holdings: Holdings, write: Write): Gateways {
  return {
    list: (request) => holdings.gateways.page(request),
    get: holdings.gateways.get,
    create: (gateway) =>
      write(async ({ tx, onCommit, note }) => {
        const { gatewayId } = gateway;
        checkNameFree(holdings.credentials.get(gatewayId), gatewayId, "gateway");
        checkUnit(holdings, gateway.unitId, `gateway '${gatewayId}'`);
        const { key, digest } = makeKey();
        const credential: Credential = { kind: "gateway", digest };
        const seq = holdings.gateways.takeSeq();
        await gatewayTable.insert(tx, seq, gateway);
        await insertCredential(tx, gatewayId, credential);
        onCommit(() => {
          holdings.gateways.put(gatewayId, seq, gateway);
          holdings.credentials.set(gatewayId, credential);
        });
        note({ kind: "gateway", id: gatewayId });
        return { gatewayId, key };
      }),
  };
}

export function createServices(holdings: Holdings, write: Write): Services {
  return {
    list: (request) => holdings.services.page(request),
    get: holdings.services.get,
    create: (service) =>
      write(async ({ tx, onCommit, note }) => {
        const { serviceId } = service;
        checkNameFree(holdings.credentials.get(serviceId), serviceId, "service");
        checkNameOfOne(serviceId, "service", holdings);
        for (const field of ["publish", "subscribe"] as const) {
          const bad = service[field].find((filter) => !isValidFilter(filter));
          if (bad === undefined) continue;
          throw new GridwardenError(
            "REQUEST_INVALID",
            `field '${field}': got '${bad}', wanted an MQTT topic filter; '+' stands for a whole level, '#' for all the last ones`,
          );
        }
        const { key, digest } = makeKey();
        const credential: Credential = { kind: "service", digest };
        const seq = holdings.services.takeSeq();
        await serviceTable.insert(tx, seq, service);
        await insertCredential(tx, serviceId, credential);
        onCommit(() => {
          holdings.services.put(serviceId, seq, service);
          holdings.credentials.set(serviceId, credential);
        });
        note({ kind: "service", id: serviceId });
        return { serviceId, key };
      }),
  };
}
