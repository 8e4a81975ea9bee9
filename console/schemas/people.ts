/** Sign-in and users, units and crews. */
import { z } from "zod";
import { UnitId, Username } from "../../model/ids.ts";
import { Crew, NewUser, Unit, User } from "../../model/registry.ts";
import { IsoTime, Key, PageQuery, pageOf } from "./common.ts";

export const LoginBody = z
  .strictObject({ username: z.string().min(1).max(64), password: z.string().min(1).max(200) })
  .meta({ id: "Login" });
export const LoginAnswer = z.object({ token: z.string(), expiresAt: IsoTime, user: User });

export const NewUserBody = NewUser.meta({ id: "NewUser" });
export const UserAnswer = User.meta({ id: "User" });
export const UserPage = pageOf(UserAnswer);
export const UserParams = z.strictObject({ username: Username });

const NewPassword = NewUser.shape.password;
export const PasswordBody = z.strictObject({ password: NewPassword }).meta({ id: "Password" });
export const OwnPasswordBody = z
  .strictObject({
    password: LoginBody.shape.password.describe("the present one"),
    newPassword: NewPassword,
  })
  .meta({ id: "OwnPassword" });

export const UnitBody = Unit.meta({ id: "Unit" });
export const UnitPage = pageOf(UnitBody);

export const CrewBody = Crew.meta({ id: "NewCrew" });
export const CrewAnswer = z
  .object({
    ...Crew.shape,
    position: z
      .object({ lon: z.number(), lat: z.number(), accuracyM: z.number().optional(), at: IsoTime })
      .optional()
      .describe("WGS-84 degrees; shown to those who dispatch or lead, to a unit of its own crews"),
  })
  .meta({ id: "Crew" });
export const CrewPage = pageOf(CrewAnswer);
export const CrewQuery = PageQuery.extend({ unitId: UnitId.optional() });
export const CrewKey = z.object({ crewId: z.string(), key: Key });
