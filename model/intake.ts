/**
 * Intakes: the doors at which other platforms push over HTTP what their devices said. Each has a
 * secret of its own, by which a push is known to be the platform's.
 */
import { z } from "zod";

/** Formats that are pushed. */
export const IntakeFormat = z.enum(["ctwing", "onenet", "json", "lamp-platform"]);
export type IntakeFormat = z.infer<typeof IntakeFormat>;

export const Intake = z.strictObject({
  intakeId: z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/, "1 to 64 of A-Z a-z 0-9 . _ : -"),
  format: IntakeFormat,
  /** Whose it is, for people. */
  name: z.string().trim().min(1).max(200).optional(),
});
export type Intake = z.infer<typeof Intake>;

/** What somebody wants of an intake's secret; where nothing is wanted, the one that stands is kept. */
export interface SecretWish {
  /** As it is set at the platform. */
  readonly secret?: string | undefined;
  /** Another one is made. */
  readonly rotateSecret?: boolean | undefined;
}

/** Also what OneNET takes as a token. */
export const IntakeSecret = z.string().regex(/^[A-Za-z0-9]{16,32}$/, "16 to 32 letters and digits");
