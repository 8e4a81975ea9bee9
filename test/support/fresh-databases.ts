/** After a file's tests its PostgreSQL databases go: hundreds of them would fill a disk. */
import { afterAll } from "vitest";
import { dropTestDatabases } from "./city-database.ts";

afterAll(dropTestDatabases);
