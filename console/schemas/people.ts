/** Sign-in and users, units and crews. */
import { z } from "zod";
import { UnitId } from "../../model/ids.ts";
import { Crew, NewUser, Unit, User } from "../../model/registry.ts";
import { IsoTime, Key, PageQuery, pageOf } from "./common.ts";

export const LoginBody = z
  .strictObject({ username: z.string().min(1).max(64), password: z.string().min(1).max(200) })
  .meta({ id: "Login" });
export const LoginAnswer = z.object({ token: z.string(), expiresAt: IsoTime, user: User });

export const NewUserBody = NewUser.meta({ id: "NewUser" });
export const UserAnswer = User.meta({ id: "User" });
export const UserPage = pageOf(UserAnswer);

export const UnitBody = Unit.meta({ id: "Unit" });
export const UnitPage = pageOf(UnitBody);

export const CrewBody = Crew.meta({ id: "Crew" });
export const CrewPage = pageOf(CrewBody);
export const CrewQuery = PageQuery.extend({ unitId: UnitId.optional() });
export const CrewKey = z.object({ crewId: z.string(), key: Key });
