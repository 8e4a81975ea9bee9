/**
 * Stands between a browser and the platform: everything goes through as it is, and on the live stream more
 * events can be put in, as many a second as are wanted.
 */
import { createServer, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Relay {
  url: string;
  /** To every open stream. */
  tell(event: string, data: object): void;
  close(): Promise<void>;
}

export async function startRelay(port: number): Promise<Relay> {
  const streams = new Set<ServerResponse>();
  const server = createServer((asked, answer) => {
    const { method, url, headers } = asked;
    const onward = request({ port, host: "127.0.0.1", method, path: url, headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
      if (url?.startsWith("/api/v1/stream") !== true || got.statusCode !== 200) return;
      streams.add(answer);
      answer.once("close", () => streams.delete(answer));
    });
    onward.once("error", () => answer.destroy());
    answer.once("close", () => onward.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    tell(event, data) {
      const frame = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
      for (const stream of streams) stream.write(frame);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
