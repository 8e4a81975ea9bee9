/**
 * A gateway on a free local port, which answers as it is told: well, slowly, wrongly, half or never.
 * It keeps what it was asked.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wallDelay } from "node:timers/promises";

export interface Asked {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** `half`: the head and a part of the body, then the connection is cut. */
export type Manner =
  | { status?: number; body?: string; headers?: Record<string, string>; delayMs?: number }
  | "half"
  | "never";

export interface ChannelServer {
  url: string;
  asked: Asked[];
  stop(): Promise<void>;
}

export async function startChannelServer(answer: (asked: Asked) => Manner): Promise<ChannelServer> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = "", url: path = "", headers } = request;
    const call = { method, path, headers, body: Buffer.concat(chunks).toString("utf8") };
    asked.push(call);
    const manner = answer(call);
    if (manner === "never") return;
    if (manner === "half") {
      response.writeHead(200, { "content-length": "100" });
      response.write('{"errcode":');
      await wallDelay(10);
      response.destroy();
      return;
    }
    const { status = 200, body = "{}", headers: extra = {}, delayMs = 0 } = manner;
    await wallDelay(delayMs);
    response.writeHead(status, extra).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
