/**
 * Before the suite runs on PostgreSQL: a server of its own, unless GRIDWARDEN_TEST_POSTGRES names
 * one (an administrator's URL). The tests' processes find it under that name.
 */
import { startPostgres } from "./postgres.ts";

export default async function provide(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.GRIDWARDEN_TEST_POSTGRES !== undefined) return undefined;
  const server = await startPostgres();
  process.env.GRIDWARDEN_TEST_POSTGRES = server.url;
  return async () => {
    delete process.env.GRIDWARDEN_TEST_POSTGRES;
    await server.remove();
  };
}
