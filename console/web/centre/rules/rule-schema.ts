/**
 * A value beside its JSON Schema: which form of a choice it has, what an empty one is, and every fault
 * with the path at which it is. Knows of JSON Schema what the platform's schema of rules uses.
 */
export interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  $ref?: string;
  $defs?: Record<string, Schema>;
}
export type Value = unknown;
export type FaultKind =
  | "wantsValue"
  | "wantsNumber"
  | "wantsWhole"
  | "wantsText"
  | "wantsChoice"
  | "atLeast"
  | "atMost"
  | "above"
  | "longer"
  | "shorter"
  | "fits"
  | "moreItems"
  | "fewerItems"
  | "unknownField";
export interface SchemaFault {
  path: string;
  kind: FaultKind;
  limit?: number | string;
}

export const isObject = (value: Value): value is Record<string, Value> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The schema itself, where it names another. */
export function resolved(schema: Schema, root: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const name = schema.$ref.split("/").at(-1) ?? "";
  return resolved(root.$defs?.[name] ?? {}, root);
}

/** The forms of a choice, each resolved; choices within choices count as its own. */
export function formsOf(schema: Schema, root: Schema): Schema[] {
  return (schema.oneOf ?? schema.anyOf ?? []).flatMap((form) => {
    const own = resolved(form, root);
    const inner = formsOf(own, root);
    return inner.length === 0 ? [own] : inner;
  });
}

/** Which form the value has: by its `kind`, by its only field, by its type. -1: none. */
export function formIndexOf(forms: readonly Schema[], value: Value): number {
  if (isObject(value)) {
    const kind = forms.findIndex((form) => {
      const wanted = form.properties?.kind?.const;
      return wanted !== undefined && wanted === value.kind;
    });
    if (kind >= 0) return kind;
    return forms.findIndex(
      (form) =>
        form.type === "object" &&
        form.properties?.kind === undefined &&
        (form.required ?? []).every((name) => name in value),
    );
  }
  const exact = forms.findIndex((form) => form.const !== undefined && form.const === value);
  if (exact >= 0) return exact;
  return forms.findIndex((form) => form.const === undefined && hasType(form, value));
}

function hasType({ type, enum: options }: Schema, value: Value): boolean {
  if (options !== undefined) return options.includes(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  return type === typeof value && type !== "object";
}

/** What stands in a field that has just been added; it may have faults, which say what to fill in. */
export function emptyOf(given: Schema, root: Schema): Value {
  const schema = resolved(given, root);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [form] = formsOf(schema, root);
  if (form !== undefined) return emptyOf(form, root);
  switch (schema.type) {
    case "object":
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [
          name,
          emptyOf(schema.properties?.[name] ?? {}, root),
        ]),
      );
    case "array":
      return Array.from({ length: schema.minItems ?? 0 }, () => emptyOf(schema.items ?? {}, root));
    case "boolean":
      return false;
    case "number":
    case "integer":
      return (
        schema.minimum ?? (schema.exclusiveMinimum === undefined ? 0 : schema.exclusiveMinimum + 1)
      );
    default:
      return "";
  }
}

/** An object of another form, with what both have in common kept. */
export function turnedInto(form: Schema, value: Value, root: Schema): Value {
  const empty = emptyOf(form, root);
  if (!isObject(empty) || !isObject(value)) return empty;
  const kept = Object.entries(value).filter(([name]) => {
    const wanted = form.properties?.[name];
    return wanted !== undefined && wanted.const === undefined;
  });
  return { ...empty, ...Object.fromEntries(kept) };
}

export const joined = (path: string, name: string | number): string => {
  if (typeof name === "number") return `${path}[${name}]`;
  return path === "" ? name : `${path}.${name}`;
};

export function faultsOf(given: Schema, value: Value, root: Schema, path = ""): SchemaFault[] {
  const schema = resolved(given, root);
  const fault = (kind: FaultKind, limit?: number | string): SchemaFault[] => [
    limit === undefined ? { path, kind } : { path, kind, limit },
  ];
  if (value === undefined || value === "") return fault("wantsValue");
  const forms = formsOf(schema, root);
  if (forms.length > 0) {
    const form = forms[formIndexOf(forms, value)];
    if (form !== undefined) return faultsOf(form, value, root, path);
    const wantsNumber = forms.some(({ type }) => type === "number") && typeof value === "string";
    return fault(wantsNumber ? "wantsNumber" : "wantsChoice");
  }
  if (schema.const !== undefined) return value === schema.const ? [] : fault("wantsChoice");
  if (schema.enum !== undefined) return schema.enum.includes(value) ? [] : fault("wantsChoice");
  switch (schema.type) {
    case "object":
      return isObject(value) ? objectFaults(schema, value, root, path) : fault("wantsValue");
    case "array":
      return Array.isArray(value) ? arrayFaults(schema, value, root, path) : fault("wantsValue");
    case "boolean":
      return typeof value === "boolean" ? [] : fault("wantsChoice");
    case "number":
    case "integer":
      return numberFaults(schema, value, fault);
    case "string":
      return textFaults(schema, value, fault);
    default:
      return [];
  }
}

type Tell = (kind: FaultKind, limit?: number | string) => SchemaFault[];

function numberFaults(schema: Schema, value: Value, tell: Tell): SchemaFault[] {
  if (typeof value !== "number" || !Number.isFinite(value)) return tell("wantsNumber");
  if (schema.type === "integer" && !Number.isInteger(value)) return tell("wantsWhole");
  if (schema.minimum !== undefined && value < schema.minimum)
    return tell("atLeast", schema.minimum);
  if (schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum) {
    return tell("above", schema.exclusiveMinimum);
  }
  if (schema.maximum !== undefined && value > schema.maximum) return tell("atMost", schema.maximum);
  return [];
}

function textFaults(schema: Schema, value: Value, tell: Tell): SchemaFault[] {
  if (typeof value !== "string") return tell("wantsText");
  if (value.length < (schema.minLength ?? 0)) return tell("longer", schema.minLength);
  if (value.length > (schema.maxLength ?? Infinity)) return tell("shorter", schema.maxLength);
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(value)) {
    return tell("fits", schema.pattern);
  }
  return [];
}

function arrayFaults(schema: Schema, value: Value[], root: Schema, path: string): SchemaFault[] {
  const { items = {}, minItems = 0, maxItems = Infinity } = schema;
  if (value.length < minItems) return [{ path, kind: "moreItems", limit: minItems }];
  if (value.length > maxItems) return [{ path, kind: "fewerItems", limit: maxItems }];
  return value.flatMap((each, n) => faultsOf(items, each, root, joined(path, n)));
}

function objectFaults(
  schema: Schema,
  value: Record<string, Value>,
  root: Schema,
  path: string,
): SchemaFault[] {
  const { properties = {}, required = [], additionalProperties } = schema;
  const missing = required
    .filter((name) => !(name in value))
    .map((name): SchemaFault => ({ path: joined(path, name), kind: "wantsValue" }));
  const there = Object.entries(value).flatMap(([name, each]): SchemaFault[] => {
    const own = properties[name];
    if (own !== undefined) return faultsOf(own, each, root, joined(path, name));
    if (isObject(additionalProperties)) {
      return faultsOf(additionalProperties as Schema, each, root, joined(path, name));
    }
    const isClosed = additionalProperties === false;
    return isClosed ? [{ path: joined(path, name), kind: "unknownField" }] : [];
  });
  return [...missing, ...there];
}
