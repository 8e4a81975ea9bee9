/**
 * What devices of a class may be told. This is the whole list: what stands here under no class is sent
 * to nobody. Valves and pumps have none and get none: who moves them stands before them.
 */
import { z } from "zod";
import type { ClassCommand } from "../asset-class.ts";
import { LIMITS } from "../limits.ts";

const Percent = z.int().min(0).max(100);
const NoArgs = z.strictObject({});

const ScheduleEntry = z.strictObject({
  at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a local time of day as 18:30"),
  percent: Percent,
});

const Schedule = z.strictObject({
  entries: z
    .array(ScheduleEntry)
    .min(1)
    .max(LIMITS.commandScheduleEntriesMax)
    .refine(
      (entries) => new Set(entries.map(({ at }) => at)).size === entries.length,
      "each time of day once",
    ),
});

/** LoRaWAN takes no more than this on any data rate. */
const Bytes = z
  .base64()
  .min(4)
  .refine(
    (text) => Buffer.from(text, "base64").length <= LIMITS.commandRawBytesMax,
    `at most ${LIMITS.commandRawBytesMax} bytes`,
  );

const Raw = z
  .strictObject({
    base64: Bytes.optional(),
    /** As the vendor's own encoder names them, which makes the bytes. */
    fields: z
      .record(z.string().max(64), z.json())
      .refine(
        (fields) => JSON.stringify(fields).length <= LIMITS.commandFieldsLengthMax,
        `at most ${LIMITS.commandFieldsLengthMax} characters of JSON`,
      )
      .optional(),
    fPort: z.int().min(1).max(223).optional(),
  })
  .refine(
    ({ base64, fields }) => (base64 === undefined) !== (fields === undefined),
    "either 'base64' or 'fields'",
  );

/** What the device's own protocol has, past every check but its size. */
export const RAW_COMMAND: ClassCommand = {
  name: "raw",
  title: { zh: "原始报文", en: "Raw" },
  args: Raw,
};

export const LAMP_COMMANDS: readonly ClassCommand[] = [
  { name: "on", title: { zh: "开灯", en: "On" }, args: NoArgs },
  { name: "off", title: { zh: "关灯", en: "Off" }, args: NoArgs },
  {
    name: "dim",
    title: { zh: "调光", en: "Dim" },
    args: z.strictObject({ percent: Percent }),
  },
  { name: "schedule", title: { zh: "定时", en: "Schedule" }, args: Schedule },
];
