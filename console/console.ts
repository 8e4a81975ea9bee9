/**
 * Door of the console: the HTTP API, the live stream and the page. It decides who may ask and
 * turns requests into calls on the other rooms; it keeps nothing of its own.
 */
import type { AddressInfo } from "node:net";
import { SECOND_MS } from "../model/clock.ts";
import type { ConsoleDeps } from "./deps.ts";
import { buildServer, type Server, type ServerOptions } from "./server.ts";
import { createStreamHub, type StreamHub, type StreamHubOptions } from "./stream-hub.ts";

export type * from "./deps.ts";

export interface ConsoleOptions extends ServerOptions {
  /** 0: any free port. */
  port: number;
  /** All addresses when absent. */
  bind?: string | undefined;
  stream?: StreamHubOptions;
}

export interface ConsoleDoor {
  start(): Promise<{ port: number }>;
  /** Ends the streams, lets requests finish for a few seconds, then closes what is left. */
  stop(): Promise<void>;
}

const DRAIN_MS_MAX = 5 * SECOND_MS;
/** Beyond it further connections are refused by the server itself. */
const CONNECTIONS_MAX = 5_000;
const NO_IPV6 = new Set(["EAFNOSUPPORT", "EADDRNOTAVAIL"]);

export function createConsole(deps: ConsoleDeps, options: ConsoleOptions): ConsoleDoor {
  const log = deps.log.of("console");
  let running: { server: Server; hub: StreamHub; quiet: () => Promise<void> } | undefined;
  return {
    async start() {
      const hub = createStreamHub(deps, options.stream);
      const server = await buildServer({ ...deps, log }, hub, options);
      server.server.maxConnections = CONNECTIONS_MAX;
      await listen(server, options.port, options.bind);
      running = { server, hub, quiet: countInFlight(server) };
      const { port } = server.server.address() as AddressInfo;
      log.info("console listens", { port, tls: options.tls !== undefined });
      return { port };
    },
    async stop() {
      const stopping = running;
      running = undefined;
      if (stopping === undefined) return;
      const { server, hub, quiet } = stopping;
      hub.stop();
      const force = (): void => server.server.closeAllConnections();
      const timer = setTimeout(force, DRAIN_MS_MAX);
      // A browser opens connections ahead, on which nothing was asked yet: they end with the rest.
      await Promise.all([server.close(), quiet().then(force)]);
      clearTimeout(timer);
    },
  };
}

/** Without a `bind` on all addresses, also of a machine that has no IPv6. */
async function listen(server: Server, port: number, bind: string | undefined): Promise<void> {
  try {
    await server.listen({ port, host: bind ?? "::" });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (bind !== undefined || !NO_IPV6.has(code)) throw error;
    await server.listen({ port, host: "0.0.0.0" });
  }
}

/** Answers what settles as soon as no request is being answered. */
function countInFlight(server: Server): () => Promise<void> {
  let inFlight = 0;
  let onQuiet: () => void = () => {};
  server.server.on("request", (_request, response) => {
    inFlight++;
    response.once("close", () => {
      inFlight--;
      if (inFlight === 0) onQuiet();
    });
  });
  return () =>
    new Promise((resolve) => {
      onQuiet = resolve;
      if (inFlight === 0) resolve();
    });
}
