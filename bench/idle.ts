/** Ten thousand devices that only hold their connection: memory, and all back after a restart. */
import { connect, type Socket } from "node:net";
import { generate } from "mqtt-packet";
import type { Credentials } from "./fleet.ts";
import { pause, type RunningPlatform, residentBytes } from "./processes.ts";

const AT_ONCE = 1_000;

export interface IdleReport {
  connected: number;
  seconds: number;
  residentMb: number;
}

/** Connects all, in parallel as after a power cut, and answers when the last one was taken. */
export async function connectIdle(
  platform: RunningPlatform,
  devices: readonly Credentials[],
): Promise<{ report: IdleReport; close(): void }> {
  const sockets: Socket[] = [];
  const begunAt = performance.now();
  for (let from = 0; from < devices.length; from += AT_ONCE) {
    await Promise.all(
      devices.slice(from, from + AT_ONCE).map(
        (device) =>
          new Promise<void>((resolve, reject) => {
            const socket = connect(platform.ports.mqtt, "127.0.0.1");
            sockets.push(socket);
            socket.once("error", reject);
            socket.once("data", (chunk) => {
              if (chunk[3] === 0) resolve();
              else reject(new Error(`'${device.deviceId}' was refused with code ${chunk[3]}`));
            });
            socket.write(
              generate({
                cmd: "connect",
                protocolId: "MQTT",
                protocolVersion: 4,
                clean: true,
                clientId: device.deviceId,
                keepalive: 600,
                username: device.deviceId,
                password: Buffer.from(device.key),
              }),
            );
          }),
      ),
    );
  }
  const seconds = (performance.now() - begunAt) / 1000;
  await pause(3_000);
  return {
    report: {
      connected: sockets.length,
      seconds,
      residentMb: residentBytes(platform.pid) / 1e6,
    },
    close() {
      for (const socket of sockets) {
        socket.on("error", () => {});
        socket.destroy();
      }
    },
  };
}
