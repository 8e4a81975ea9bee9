/** A real InfluxDB 1.6.7 (Debian's package) in a temporary folder on free ports. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { type Running, run, temporaryFolder, untilOpen } from "./processes.ts";

export interface InfluxServer {
  running: Running;
  port: number;
  url: string;
  /** Where `influxd backup` and `influxd restore` ask. */
  rpc: string;
  /** Another process on the same folder and port; the first one has ended by then. */
  again(): Promise<InfluxServer>;
}

/** `settings` are lines of the section `[http]`. */
export async function startInflux(settings: readonly string[] = []): Promise<InfluxServer> {
  const directory = temporaryFolder();
  const [port, rpc] = [await freePort(), await freePort()];
  writeFileSync(
    join(directory, "influxdb.conf"),
    [
      "reporting-disabled = true",
      `bind-address = "127.0.0.1:${rpc}"`,
      `[meta]\n  dir = "${join(directory, "meta")}"`,
      `[data]\n  dir = "${join(directory, "data")}"\n  wal-dir = "${join(directory, "wal")}"\n  index-version = "tsi1"`,
      `[http]\n  bind-address = "127.0.0.1:${port}"\n  log-enabled = false`,
      ...settings,
    ].join("\n"),
  );
  return await begin(directory, port, `127.0.0.1:${rpc}`);
}

async function begin(directory: string, port: number, rpc: string): Promise<InfluxServer> {
  const conf = join(directory, "influxdb.conf");
  const running = run("influxd", ["-config", conf], { directory });
  await untilOpen(port);
  const again = (): Promise<InfluxServer> => begin(directory, port, rpc);
  return { running, port, url: `http://127.0.0.1:${port}`, rpc, again };
}
