/**
 * What an HTTP gateway is asked, as a city's file describes it: texts and JSON with `{{…}}` in them.
 * Every placeholder is checked when the file is read, so that a template never fails when an order must
 * go out. Pure.
 */
import { z } from "zod";
import { nearestName } from "../../model/nearest-name.ts";

/** What a placeholder may name; `{{fields.x}}` is a field of the message, empty where it has none. */
const PLACEHOLDERS = ["to", "text", "title", "messageId", "repeats", "isDrill"] as const;
type Placeholder = (typeof PLACEHOLDERS)[number];
export type Values = Readonly<Record<Placeholder, string>> & {
  fields: Readonly<Record<string, string>>;
};

const MARK = /\{\{([^}]*)\}\}/g;
const FIELD = /^fields\.[A-Za-z][A-Za-z0-9_]{0,39}$/;

/** What is wrong with a text's placeholders. */
function faultsOf(text: string): string[] {
  const faults = [...text.matchAll(MARK)].flatMap(([, name = ""]) => {
    if (FIELD.test(name) || (PLACEHOLDERS as readonly string[]).includes(name)) return [];
    const meant = nearestName(name, PLACEHOLDERS);
    const hint = meant === undefined ? "" : `; did you mean '${meant}'?`;
    return [`there is no placeholder '${name}'${hint}`];
  });
  const rest = text.replaceAll(MARK, "");
  return rest.includes("{{") ? [...faults, "a placeholder has no end '}}'"] : faults;
}

/** A text with placeholders that are all known. */
export const TemplateText = z
  .string()
  .max(2_000)
  .superRefine((text, context) => {
    for (const message of faultsOf(text)) context.addIssue({ code: "custom", message });
  });

export type TemplateJson =
  | string
  | number
  | boolean
  | null
  | TemplateJson[]
  | { [name: string]: TemplateJson };

/** JSON whose texts are templates; names are as they are. */
export const TemplateJson: z.ZodType<TemplateJson> = z.lazy(() =>
  z.union([
    TemplateText,
    z.number(),
    z.boolean(),
    z.null(),
    z.array(TemplateJson).max(50),
    z.record(z.string().max(100), TemplateJson),
  ]),
);

/** Does any text of it have the placeholder? */
export function names(template: TemplateJson | undefined, placeholder: string): boolean {
  if (typeof template === "string") return template.includes(`{{${placeholder}}}`);
  if (template === null || typeof template !== "object") return false;
  return Object.values(template).some((each) => names(each, placeholder));
}

export function filled(
  text: string,
  values: Values,
  encode: (value: string) => string = (value) => value,
): string {
  return text.replaceAll(MARK, (_mark, name: string) => encode(placed(name, values)));
}

export function filledJson(template: TemplateJson, values: Values): unknown {
  if (typeof template === "string") return filled(template, values);
  if (Array.isArray(template)) return template.map((each) => filledJson(each, values));
  if (template === null || typeof template !== "object") return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, each]) => [name, filledJson(each, values)]),
  );
}

function placed(name: string, { fields, ...values }: Values): string {
  const field = name.startsWith("fields.") ? name.slice("fields.".length) : undefined;
  if (field !== undefined) return fields[field] ?? "";
  return values[name as Placeholder] ?? "";
}

/** `a.b.0.c` in JSON. */
export const JsonPath = z
  .string()
  .max(200)
  .regex(/^[^.\s]+(\.[^.\s]+)*$/, "names with dots between them");

export function valueAt(json: unknown, path: string): unknown {
  let at: unknown = json;
  for (const name of path.split(".")) {
    if (at === null || typeof at !== "object" || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}
