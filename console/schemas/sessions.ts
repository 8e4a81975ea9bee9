/** Sessions of pages, and the codes by which crews' phones come to theirs. */
import { z } from "zod";
import { User } from "../../model/registry.ts";
import { IsoTime } from "./common.ts";

export const SessionAnswer = z
  .object({
    expiresAt: IsoTime,
    user: User.extend({
      unitName: z.string().optional(),
      crewName: z.string().optional(),
    }),
    actions: z
      .record(z.string(), z.enum(["all", "own"]))
      .describe("what the user may do, by the names of `x-action`, and whether of everything"),
    hasPassword: z.boolean().describe("false of a crew's account, which signs in by codes alone"),
  })
  .meta({ id: "Session" });

export const SignInCodeAnswer = z
  .object({
    code: z.string().describe("10 letters and digits that look and sound unlike each other"),
    url: z.string().describe("of the phone's page, from this host's root"),
    expiresAt: IsoTime,
  })
  .meta({ id: "SignInCode" });

export const CodeBody = z
  .strictObject({
    code: z.string().min(1).max(40).describe("small letters, blanks and hyphens do no harm"),
  })
  .meta({ id: "CodeSignIn" });

export const EndedSessions = z.object({ ended: z.int().describe("sessions that held until now") });
