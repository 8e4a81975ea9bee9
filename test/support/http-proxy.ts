/** A proxy before a local HTTP server, which does to each call what it is told. */
import { createServer, type IncomingMessage, request } from "node:http";

/** A call as it came through. */
export interface ProxiedCall {
  url: string;
  authorization: string;
  body: string;
}

export interface HttpProxy {
  url: string;
  /** `swallow-answer`: the server has the call, and the caller's line is cut before its answer. */
  manner: "through" | "swallow-answer" | { status: number; body: string };
  /** Answered by the proxy itself, by path. */
  instead: Map<string, { status: number; type: string; body: string }>;
  stop(): Promise<void>;
}

export async function startProxy(
  port: number,
  seen: (call: ProxiedCall) => void = () => {},
  /** What the server is asked for instead. */
  pathOf: (path: string) => string = (path) => path,
): Promise<HttpProxy> {
  const proxy: HttpProxy = {
    url: "",
    manner: "through",
    instead: new Map(),
    stop: async () => {},
  };
  const server = createServer(async (asked, answer) => {
    const body = await bodyOf(asked);
    const { method, headers, url: path = "" } = asked;
    seen({ url: path, authorization: headers.authorization ?? "", body: body.toString("utf8") });
    const { manner } = proxy;
    if (typeof manner === "object") {
      answer.writeHead(manner.status, { "content-type": "application/json" }).end(manner.body);
      return;
    }
    const own = proxy.instead.get(path);
    if (own !== undefined) {
      answer.writeHead(own.status, { "content-type": own.type }).end(own.body);
      return;
    }
    const asking = { host: "127.0.0.1", port, method, headers, path: pathOf(path) };
    const through = request(asking, (response) => {
      if (manner === "swallow-answer") {
        response.resume().once("end", () => asked.socket.destroy());
        return;
      }
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    through.once("error", () => asked.socket.destroy());
    through.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  proxy.url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  proxy.stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return proxy;
}

async function bodyOf(asked: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of asked) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
