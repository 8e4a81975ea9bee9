/**
 * Before the suite runs on PostgreSQL: a server of its own, unless GRIDWARDEN_TEST_POSTGRES names
 * one (an administrator's URL). The tests' processes find it under that name.
 */
import { makeTemplate } from "./city-database.ts";
import { startPostgres } from "./postgres.ts";

export default async function provide(): Promise<() => Promise<void>> {
  const given = process.env.GRIDWARDEN_TEST_POSTGRES;
  if (given !== undefined) return makeTemplate(given);
  const server = await startPostgres();
  process.env.GRIDWARDEN_TEST_POSTGRES = server.url;
  await makeTemplate(server.url);
  return async () => {
    delete process.env.GRIDWARDEN_TEST_POSTGRES;
    await server.remove();
  };
}
