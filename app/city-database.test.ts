import { expect, test } from "vitest";
import { GridwardenError } from "../model/errors.ts";
import { nameOfDatabase } from "./city-database.ts";
import { readConfig } from "./config.ts";

const URL_WITH_SECRET = "postgres://warden:hush@db:5432/city?sslmode=verify-full";

test("a database's URL is taken, and shown without its password", () => {
  const config = readConfig({ GRIDWARDEN_DATABASE_URL: URL_WITH_SECRET });
  expect(config.databaseUrl).toBe(URL_WITH_SECRET);
  expect(nameOfDatabase(config)).toBe("postgres://warden@db:5432/city");
  expect(nameOfDatabase(readConfig({ GRIDWARDEN_DATA_DIR: "/x" }))).toBe("/x/gridwarden.sqlite");
});

test.each([["mysql://warden:hush@db/city"], ["postgres://warden:hush@db"], ["warden:hush"]])(
  "%s is refused, and its password is not told",
  (url) => {
    try {
      readConfig({ GRIDWARDEN_DATABASE_URL: url });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(GridwardenError);
      const { message } = error as GridwardenError;
      expect(message).toContain("GRIDWARDEN_DATABASE_URL is not a PostgreSQL URL; write postgres:");
      expect(message).not.toContain("hush");
    }
  },
);
