/**
 * A line between a client and a server that can be cut: at once, or at the moment when a message
 * of the client's passes. It knows nothing of what it carries.
 */
import { connect, createServer, type Socket } from "node:net";

export interface TcpProxy {
  port: number;
  /** Ends every line. */
  cut(): void;
  /** While it is off nobody gets through. */
  setOff(isOff: boolean): void;
  /**
   * The next message of a client that holds `text`: `lost` is never passed on, `unanswered` is passed
   * on and the line cut when the server answers, `unnoticed` the same, but the server is not told
   * that the client has gone.
   */
  cutAt(text: string, how: "lost" | "unanswered" | "unnoticed"): void;
  /** Settles once the line was cut by `cutAt`. */
  wasCut(): Promise<void>;
  close(): Promise<void>;
}

interface Line {
  client: Socket;
  server: Socket;
}

export async function startProxy(port: () => number): Promise<TcpProxy> {
  const lines = new Set<Line>();
  const left: Socket[] = [];
  let isOff = false;
  let trap: { text: string; how: "lost" | "unanswered" | "unnoticed" } | undefined;
  let onCut: () => void = () => {};
  let cutting = Promise.resolve();

  function end(line: Line): void {
    lines.delete(line);
    line.client.destroy();
    line.server.destroy();
  }

  function spring(line: Line, message: Buffer, how: "lost" | "unanswered" | "unnoticed"): void {
    trap = undefined;
    const cut = (): void => {
      if (how === "unnoticed") {
        lines.delete(line);
        left.push(line.server);
        line.server.removeAllListeners("close");
        line.client.destroy();
      } else end(line);
      onCut();
    };
    if (how === "lost") {
      cut();
      return;
    }
    line.server.removeAllListeners("data");
    line.server.once("data", cut);
    line.server.write(message);
  }

  const listener = createServer((client) => {
    if (isOff) return void client.destroy();
    const server = connect(port(), "127.0.0.1");
    const line = { client, server };
    lines.add(line);
    client.on("data", (message) => {
      if (trap !== undefined && message.includes(trap.text)) spring(line, message, trap.how);
      else server.write(message);
    });
    server.on("data", (message) => client.write(message));
    for (const socket of [client, server]) {
      socket.on("error", () => {});
    }
    server.on("close", () => end(line));
    client.on("close", () => {
      if (lines.has(line)) end(line);
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => listener.once("listening", resolve));
  const address = listener.address();

  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    cut() {
      for (const line of lines) end(line);
    },
    setOff(off) {
      isOff = off;
    },
    cutAt(text, how) {
      trap = { text, how };
      cutting = new Promise((resolve) => {
        onCut = resolve;
      });
    },
    wasCut: () => cutting,
    async close() {
      for (const line of lines) end(line);
      for (const socket of left) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
