/**
 * A port for a server that is started later, or again. It lies below the range from which the kernel gives
 * ports to connections (32768 on Linux): there a connection of another process could have it meanwhile.
 */
import { createServer } from "node:net";

const FROM = 20_000;
const TO = 32_768;

export async function freePort(): Promise<number> {
  for (;;) {
    const port = FROM + Math.floor(Math.random() * (TO - FROM));
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
