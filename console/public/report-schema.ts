/** A citizen's report without a sign-in, and what everybody may know of components and layers. */
import { z } from "zod";
import { LIMITS } from "../../model/limits.ts";

/** Of a photo in base64. */
const BASE64_LENGTH_MAX = Math.ceil(LIMITS.publicPhotoBytesMax / 3) * 4;
const KEY = new RegExp(`^[\\x21-\\x7e]{16,${LIMITS.idempotencyKeyLengthMax}}$`);

const Words = z.object({ zh: z.string(), en: z.string() });
const Text = z.string().trim().min(1).max(LIMITS.publicTextLengthMax);
export const CategoryCode = z
  .string()
  .regex(/^[ce]-\d{4}$/, "a code of the list of categories, such as c-0102");

export const CitizenKeyHeader = z.object({
  "idempotency-key": z
    .string()
    .regex(KEY, `16 to ${LIMITS.idempotencyKeyLengthMax} printable ASCII characters, by chance`)
    .optional()
    .describe("the page's own name for this report: sent again, it is answered and not done again"),
});

export const CitizenReportBody = z
  .strictObject({
    category: CategoryCode.optional().describe("of `GET /api/v1/public/categories`"),
    conditionId: z.string().min(1).max(64).optional(),
    description: Text.optional(),
    lon: z.number().min(-180).max(180).optional(),
    lat: z.number().min(-90).max(90).optional(),
    address: z.string().trim().min(1).max(200).optional(),
    assetCode: z.string().trim().min(1).max(32).optional().describe("the code on a plate"),
    phone: z
      .string()
      .trim()
      .regex(/^\+?[\d -]{5,20}$/, "a telephone number of 5 to 20 digits")
      .optional()
      .describe("to ask back; shown to nobody but those who handle reports"),
    photos: z
      .array(
        z
          .string()
          .min(1)
          .max(BASE64_LENGTH_MAX, `at most ${LIMITS.publicPhotoBytesMax} bytes; make it smaller`),
      )
      .max(LIMITS.publicPhotosMax)
      .default([])
      .describe("JPEG, PNG or WebP in base64"),
  })
  .superRefine((said, context) => {
    if (said.category === undefined && said.conditionId === undefined && !said.description) {
      const message = "what it is: a category, or some words";
      context.addIssue({ code: "custom", path: ["description"], message });
    }
    if ((said.lon === undefined) === (said.lat === undefined)) return;
    const path = [said.lon === undefined ? "lon" : "lat"];
    context.addIssue({ code: "custom", path, message: "lon and lat together, or neither" });
  })
  .meta({ id: "CitizenReport" });
export type CitizenReportBody = z.infer<typeof CitizenReportBody>;

export const CitizenReportAnswer = z
  .object({
    publicNo: z.string().describe("tells its stage without a sign-in"),
    state: z.enum(["received", "joined"]).describe("`joined`: an open case of the same has it"),
    link: z.string().describe("for its reporter alone: as `t` or `token` beside the number"),
  })
  .meta({ id: "CitizenReportTaken" });

export const ComponentParams = z.strictObject({ code: z.string().min(1).max(32) });
export const PublicComponentAnswer = z
  .object({ code: z.string(), title: Words.optional(), street: z.string().optional() })
  .meta({ id: "PublicComponent" });

export const PublicCategories = z.object({
  items: z.array(
    z
      .object({
        category: z.string(),
        title: Words,
        group: z.string().describe("the same for those that belong together"),
        groupTitle: z.string().describe("in Chinese, as the city's table has it"),
      })
      .meta({ id: "PublicCategory" }),
  ),
});

export const PublicLayers = z.object({
  items: z.array(z.object({ layer: z.string(), count: z.int() }).meta({ id: "PublicLayer" })),
});
export const LayerParams = z.strictObject({ layer: z.string().min(1).max(32) });
/** RFC 7946. */
export const LayerAnswer = z
  .object({
    type: z.literal("FeatureCollection"),
    features: z.array(
      z.object({
        type: z.literal("Feature"),
        geometry: z.object({ type: z.literal("Point"), coordinates: z.array(z.number()) }),
        properties: z.object({
          name: z.string(),
          hours: z.string().optional().describe("such as `24/7` or `Mo-Fr 08:00-18:00`"),
          equipment: z.string().optional(),
          until: z.string().optional(),
          note: z.string().optional(),
        }),
      }),
    ),
  })
  .meta({ id: "PublicLayerFeatures" });
