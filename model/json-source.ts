/**
 * Where JSON of a vendor's own making comes from, and what it means: a topic of MQTT or pushes over
 * HTTP, how a message names its device, and its mapping. Data, written by an installer.
 */
import { z } from "zod";
import { uplinkFilters } from "./device-formats.ts";
import { Mapping, TreePath } from "./mapping.ts";
import { isValidFilter } from "./topic-filter.ts";

export const JsonSourceId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,64}$/, "1 to 64 of A-Z a-z 0-9 . _ : -");

const ID = "{id}";

const Fields = z.strictObject({
  sourceId: JsonSourceId,
  /** `acme/+/{id}/up`: `+` is any level, `{id}` the one that is the device's external id. */
  topic: z
    .string()
    .min(1)
    .max(200)
    .refine((topic) => topicFault(topic) === undefined, {
      error: ({ input }) => `'${String(input)}' ${topicFault(String(input))}`,
    })
    .optional(),
  /** Where the payload, or an item of it, has the device's external id. */
  device: TreePath.optional(),
  /** An array of several devices; `device` and the mapping begin at its elements. */
  items: TreePath.optional(),
  mapping: Mapping,
});
export type JsonSource = z.infer<typeof Fields>;

/** As it is written: under the id of its address. */
export const JsonSourceFields = Fields.omit({ sourceId: true }).superRefine((source, check) => {
  const fault = deviceFault(source);
  if (fault !== undefined) check.addIssue({ code: "custom", path: ["device"], message: fault });
});

function deviceFault({ topic, device, items }: Omit<JsonSource, "sourceId">): string | undefined {
  const isInTopic = topic?.split("/").includes(ID) === true;
  if (items !== undefined && isInTopic) {
    return "a topic with {id} is one device's and cannot have 'items' of several";
  }
  if (device !== undefined || isInTopic) return undefined;
  return "nothing names the device: put {id} into the topic, or say here where the payload has its id";
}

/** First levels that are other formats'. */
const TAKEN = new Set(["v1", "intake", ...uplinkFilters().map((filter) => filter.split("/")[0])]);

function topicFault(topic: string): string | undefined {
  const levels = topic.split("/");
  const [first = ""] = levels;
  if (levels.filter((level) => level === ID).length > 1) return "has {id} twice";
  if (levels.some((level) => level !== ID && /[{}]/.test(level))) {
    return "has braces; {id} stands alone in its level";
  }
  if (topic.includes("#")) return "has a #; write a + for each level";
  if (!isValidFilter(topic)) return "is no MQTT topic filter; + stands alone in its level";
  if (first === "+" || first === ID || first === "" || first.startsWith("$")) {
    return "begins with no name; its first level must be one of the vendor's own";
  }
  if (TAKEN.has(first)) return `begins with '${first}', which is another format's`;
  return undefined;
}

/** Of no format of ours: a vendor's own, or pushed as JSON. */
export function isVendorTopic(topic: string): boolean {
  if (topic.startsWith("v1/")) return false;
  return !TAKEN.has(topic.slice(0, endOfLevel(topic, 0))) || topic.startsWith("intake/json/");
}

/** Is there a topic that both would take? */
export function doTopicsOverlap(one: string, other: string): boolean {
  const others = other.split("/");
  const levels = one.split("/");
  const isAny = (level: string | undefined): boolean => level === "+" || level === ID;
  return (
    levels.length === others.length &&
    levels.every((level, n) => level === others[n] || isAny(level) || isAny(others[n]))
  );
}

/** The id in a topic that is the source's; undefined where it is not. */
export function idInTopic(
  pattern: string,
  topic: string,
): { readonly externalId: string | undefined } | undefined {
  let externalId: string | undefined;
  // Level by level, and no array made: each message of a source is looked at several times.
  for (let [wantedAt, at] = [0, 0]; ; ) {
    const [wantedEnd, end] = [endOfLevel(pattern, wantedAt), endOfLevel(topic, at)];
    const wanted = pattern.slice(wantedAt, wantedEnd);
    const level = topic.slice(at, end);
    const isLike = level === wanted || wanted === "+" || (wanted === ID && level !== "");
    const isLast = end === topic.length;
    if (!isLike || isLast !== (wantedEnd === pattern.length)) return undefined;
    if (wanted === ID) externalId ??= level;
    if (isLast) return { externalId };
    [wantedAt, at] = [wantedEnd + 1, end + 1];
  }
}

function endOfLevel(topic: string, from: number): number {
  const end = topic.indexOf("/", from);
  return end < 0 ? topic.length : end;
}

/** As a filter of MQTT: of every device, or of one. */
export function filterOfSource(pattern: string, externalId = "+"): string {
  // By a function: a `$&` in an id means itself.
  return pattern.replace(ID, () => externalId);
}
