/** A proxy before a local HTTP server, which does to each call what it is told. */
import { createServer, request } from "node:http";

export interface HttpProxy {
  url: string;
  /** `swallow-answer`: the server has the call, and the caller's line is cut before its answer. */
  manner: "through" | "swallow-answer" | "refuse";
  stop(): Promise<void>;
}

export async function startProxy(port: number): Promise<HttpProxy> {
  const proxy: HttpProxy = { url: "", manner: "through", stop: async () => {} };
  const server = createServer((asked, answer) => {
    if (proxy.manner === "refuse") {
      answer.writeHead(503).end('{"error":"away"}');
      return;
    }
    const { method, headers, url: path } = asked;
    const through = request({ host: "127.0.0.1", port, method, headers, path }, (response) => {
      if (proxy.manner === "swallow-answer") {
        response.resume().once("end", () => asked.socket.destroy());
        return;
      }
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    through.once("error", () => asked.socket.destroy());
    asked.pipe(through);
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
