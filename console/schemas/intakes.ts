/** The doors at which other platforms push. */
import { z } from "zod";
import { Intake, IntakeFormat, IntakeSecret } from "../../model/intake.ts";
import { JsonSourceId } from "../../model/json-source.ts";
import { pageOf } from "./common.ts";

export const IntakeParams = z.strictObject({ intakeId: Intake.shape.intakeId });
export const IntakeBody = Intake.omit({ intakeId: true })
  .extend({
    secret: IntakeSecret.optional().describe(
      "as it is set at the platform; absent: the one that stands, or one is made",
    ),
    rotateSecret: z
      .boolean()
      .optional()
      .describe("another secret is made, and the old one ends at once; not together with `secret`"),
  })
  .refine(({ secret, rotateSecret }) => secret === undefined || rotateSecret !== true, {
    path: ["rotateSecret"],
    message: "says that a secret is to be made, and 'secret' is one; give one of them",
  })
  .meta({ id: "NewIntake" });
export const IntakeAnswer = z.object(Intake.shape).meta({ id: "Intake" });
export const IntakePage = pageOf(IntakeAnswer);
export const IntakePut = IntakeAnswer.extend({
  secret: z.string().optional().describe("where it was made here; shown once"),
}).meta({ id: "IntakePut" });
export const PushParams = z.strictObject({ format: IntakeFormat });
export const PushAnswer = z.object({
  accepted: z.literal(true).describe("on disk; it is decoded afterwards"),
});
/** A platform adds what it likes. */
export const PushQuery = z.looseObject({
  key: z.string().max(200).optional().describe("the secret, of platforms that send no header"),
  intake: z.string().max(64).optional().describe("of which intake; absent: of any of its format"),
  source: JsonSourceId.optional().describe("of format json: whose JSON it is"),
  msg: z.string().max(1_000).optional(),
  nonce: z.string().max(200).optional(),
  signature: z.string().max(200).optional(),
});
