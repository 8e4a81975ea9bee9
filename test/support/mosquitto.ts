/** A real Mosquitto (Debian's package) with the shipped configuration, open to everybody. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../bench/free-port.ts";
import { until } from "./platform.ts";

const MOSQUITTO = "/usr/sbin/mosquitto";

export interface Mosquitto {
  port: number;
  url: string;
  stop(): Promise<void>;
}

export async function startMosquitto(): Promise<Mosquitto> {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-mosquitto-"));
  const port = await freePort();
  const shipped = readFileSync(
    new URL("../../broker/mosquitto.example.conf", import.meta.url),
    "utf8",
  );
  const conf = shipped
    .replace("listener 1883", `listener ${port} 127.0.0.1`)
    .replace("allow_anonymous false", "allow_anonymous true")
    .replace(/^(password_file|acl_file) .*$/gm, "")
    .replace("/var/lib/mosquitto/", `${directory}/`);
  const file = join(directory, "mosquitto.conf");
  writeFileSync(file, `${conf}\nuser root\n`);
  const child = spawn(MOSQUITTO, ["-c", file], { stdio: "ignore" });
  await until(() => isAnswering(port, child), "mosquitto to listen");
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode === null) {
        child.kill("SIGTERM");
        await ended;
      }
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function isAnswering(port: number, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`);
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
