/**
 * The services of Open311: the categories of the city's own code system. A category is known by its
 * kind and its code together, so a service's code is `c-0102` for component 0102 and `e-0503` for
 * event 0503. Pure.
 */
import type { Case } from "../../model/case.ts";
import { GridwardenError } from "../../model/errors.ts";
import { nearestName } from "../../model/nearest-name.ts";
import type { FilingTablesDoor } from "../table-door.ts";

type Category = ReturnType<FilingTablesDoor["categories"]["state"]>["rows"][number];

export interface Service extends Pick<Category, "kind" | "code" | "title" | "majorTitle"> {
  serviceCode: string;
}

export const serviceCodeOf = (kind: Case["kind"], categoryCode: string): string =>
  `${kind === "component" ? "c" : "e"}-${categoryCode}`;

/** By service code, in the order of the city's table. */
export function servicesOf(
  categories: Pick<FilingTablesDoor["categories"], "state">,
): ReadonlyMap<string, Service> {
  const { rows, setting } = categories.state();
  return new Map(
    rows
      .filter(({ system }) => setting === undefined || system === setting)
      .map(({ kind, code, title, majorTitle }) => {
        const serviceCode = serviceCodeOf(kind, code);
        return [serviceCode, { serviceCode, kind, code, title, majorTitle }];
      }),
  );
}

/** @throws GridwardenError NOT_FOUND */
export function needService(services: ReadonlyMap<string, Service>, serviceCode: string): Service {
  const service = services.get(serviceCode);
  if (service !== undefined) return service;
  const nearest = nearestName(serviceCode, [...services.keys()]);
  const cure = nearest === undefined ? "services.json lists every one" : `is '${nearest}' meant`;
  throw new GridwardenError("NOT_FOUND", `no service has the code '${serviceCode}'; ${cure}`);
}
