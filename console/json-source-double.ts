/** A stand-in for the sources of vendors' JSON. */
import { GridwardenError } from "../model/errors.ts";
import type { JsonSource } from "../model/json-source.ts";
import type { Doubles } from "./doubles.ts";
import type { JsonSourcesDoor } from "./json-source-door.ts";

const SAMPLE: JsonSource = {
  sourceId: "acme",
  topic: "acme/{id}/up",
  mapping: { fields: [{ path: "tilt", measurement: "tiltDeg" }] },
};

export function jsonSourcesDouble(asked: Doubles["asked"], now: number): JsonSourcesDoor {
  return {
    list: () => ({ items: [SAMPLE] }),
    get: (sourceId) => (sourceId === SAMPLE.sourceId ? SAMPLE : undefined),
    async put(source) {
      asked.push({ what: "jsonSources.put", with: source });
      return source;
    },
    async remove(sourceId) {
      if (sourceId === SAMPLE.sourceId) return;
      throw new GridwardenError("JSON_SOURCE_NOT_FOUND", `no source has the id '${sourceId}'`);
    },
    async try(said) {
      asked.push({ what: "jsonSources.try", with: said });
      const values = [{ measurement: "tiltDeg", value: 3, unit: "°", observedAt: now }];
      const items = [{ externalId: "17", deviceId: "dev-1", values, faults: [] }];
      const fault = { reason: "NOT_JSON", text: "the payload is not JSON" };
      return [{ topic: "acme/17/up", receivedAt: now, items, faults: [fault] }];
    },
  };
}
