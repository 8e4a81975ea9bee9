/** Open311 GeoReport v2 as it is taken and answered in JSON. */
import { z } from "zod";
import { Reporter } from "../../model/case-report.ts";
import { ComponentCode } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { IsoTime, TimeParameter } from "../schemas/common.ts";
import { degrees } from "../schemas/files.ts";

const NAME_LENGTH_MAX = 49;
const EMAIL_LENGTH_MAX = 254;
const URL_LENGTH_MAX = 500;

const listed = (most: number) =>
  z
    .string()
    .max(most * 32)
    .transform((text) => [...new Set(text.split(",").map((each) => each.trim()))])
    .pipe(z.array(z.string().min(1).max(64)).max(most));

/** Who calls, and of which area; the guard reads the key before. */
const asked = {
  api_key: z
    .string()
    .max(200)
    .optional()
    .describe("a service's id and key, `serviceId:key`; HTTP Basic does, too"),
  jurisdiction_id: z.string().max(64).optional().describe("the area's code; there is one"),
};

export const AskedQuery = z.strictObject(asked);

export const RequestQuery = z.strictObject({
  ...asked,
  service_request_id: listed(LIMITS.open311IdsMax)
    .optional()
    .describe("comma-separated; every other filter is left aside then"),
  service_code: listed(LIMITS.open311RequestsMax).optional().describe("comma-separated"),
  start_date: TimeParameter.optional().describe("requested at or after"),
  end_date: TimeParameter.optional().describe("requested at or before"),
  status: listed(2)
    .pipe(z.array(z.enum(["open", "closed"])))
    .optional()
    .describe("open, closed or both, comma-separated"),
});
export type RequestQuery = z.infer<typeof RequestQuery>;

export const ServiceParams = z.strictObject({ code: z.string().max(64) });
export const RequestParams = z.strictObject({ id: z.string().max(64) });
export const TokenParams = z.strictObject({ token: z.string().max(64) });

export const RequestForm = z
  .strictObject({
    ...asked,
    service_code: z.string().max(64),
    lat: degrees(90).optional(),
    long: degrees(180).optional(),
    address_id: ComponentCode.optional().describe("a component's code"),
    address_string: z.string().trim().min(1).max(500).optional(),
    description: z.string().trim().min(1).max(2000).optional(),
    first_name: z.string().trim().min(1).max(NAME_LENGTH_MAX).optional(),
    last_name: z.string().trim().min(1).max(NAME_LENGTH_MAX).optional(),
    phone: Reporter.shape.phone,
    email: z.string().trim().max(EMAIL_LENGTH_MAX).pipe(z.email()).optional(),
    media_url: z
      .url({ protocol: /^https?$/ })
      .max(URL_LENGTH_MAX)
      .optional()
      .describe("kept beside the report, not fetched and never shown here"),
    device_id: z.string().max(200).optional().describe("not kept"),
    account_id: z.string().max(200).optional().describe("not kept"),
  })
  .superRefine(({ lat, long }, context) => {
    if ((lat === undefined) === (long === undefined)) return;
    const path = [lat === undefined ? "lat" : "long"];
    context.addIssue({ code: "custom", path, message: "lat and long together, or neither" });
  })
  .meta({ id: "Open311Form" });
export type RequestForm = z.infer<typeof RequestForm>;

export const ServiceAnswer = z
  .object({
    service_code: z.string(),
    service_name: z.string(),
    description: z.string(),
    metadata: z.literal(false).describe("no service asks for more than every report says"),
    type: z.literal("realtime"),
    keywords: z.string(),
    group: z.string(),
  })
  .meta({ id: "Open311Service" });
export const ServicesAnswer = z.array(ServiceAnswer);

export const DefinitionAnswer = z
  .object({ service_code: z.string(), attributes: z.array(z.never()) })
  .meta({ id: "Open311Definition" });

const TimeOrNull = IsoTime.nullable();
const TextOrNull = z.string().nullable();

const RequestShown = z
  .object({
    service_request_id: z.string(),
    status: z.enum(["open", "closed"]),
    status_notes: z.string().describe("the stage in words; never what somebody wrote"),
    service_name: z.string(),
    service_code: z.string(),
    description: z.string().describe("what kind of thing it is; never the reporter's words"),
    agency_responsible: TextOrNull,
    service_notice: z.null(),
    requested_datetime: IsoTime,
    updated_datetime: IsoTime.describe("when the present stage began"),
    expected_datetime: TimeOrNull.describe("the deadline; none before dispatch"),
    address: z.null(),
    address_id: TextOrNull.describe("the component's code"),
    zipcode: z.null(),
    lat: z.number(),
    long: z.number(),
    media_url: z.null(),
  })
  .meta({ id: "Open311Request" });
export type RequestShown = z.infer<typeof RequestShown>;
export const RequestsAnswer = z.array(RequestShown);

export const PostedAnswer = z
  .array(
    z.object({
      service_request_id: z.string(),
      service_notice: TextOrNull,
      account_id: z.null(),
      public_no: z.string().optional().describe("beside the specification: tells the stage"),
    }),
  )
  .meta({ id: "Open311Posted" });

export const TokenAnswer = z
  .array(z.object({ service_request_id: z.string(), token: z.string() }))
  .meta({ id: "Open311Token" });

const Open311Errors = z
  .array(z.object({ code: z.int().describe("the HTTP status"), description: z.string() }))
  .meta({ id: "Open311Errors" });

export const OPEN311_ERRORS = { "4xx": Open311Errors, "5xx": Open311Errors } as const;
