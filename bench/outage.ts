/**
 * InfluxDB away while 2,000 messages/s come: how long until it has what it lacks when it is back, with the
 * messages going on, and what publishers and crews notice meanwhile. The ledger at the end says that
 * nothing is missing.
 */
import type { Row } from "./bench.ts";
import { registerCovers } from "./fleet.ts";
import { startInflux } from "./influx-server.ts";
import type { LoadReport } from "./load.ts";
import { measureOrders, type OrderTimes } from "./orders.ts";
import { metric, pause, type RunningPlatform, runPlatform } from "./processes.ts";
import { generateLoad } from "./throughput.ts";

const CONNECTIONS = 500;
const RATE = 2_000;
const CALM_SECONDS = 10;
/** Breaches in each of the three times, of devices of their own. */
const BREACHES = 20;
const GAP_MS = 400;
const LOOK_MS = 200;

interface Noticed {
  orders: OrderTimes;
  load: LoadReport;
}

export async function measureOutage({ outageSeconds }: { outageSeconds: number }): Promise<Row[]> {
  let server = await startInflux();
  const platform = await runPlatform({
    env: {
      GRIDWARDEN_INFLUX_URL: server.url,
      GRIDWARDEN_INFLUX_BUCKET: "city",
      GRIDWARDEN_INFLUX_VERSION: "1",
    },
  });
  try {
    const { devices, crew } = await registerCovers(platform, CONNECTIONS + 3 * BREACHES);
    const breachers = devices.splice(CONNECTIONS);
    const noticed = async (seconds: number): Promise<Noticed> => {
      const loaded = generateLoad(platform.directory, {
        ...{ port: platform.ports.mqtt, rate: RATE, windowPerDevice: 10 },
        ...{ devices, messages: RATE * seconds },
      });
      const breaching = breachers.splice(0, BREACHES);
      const orders = await measureOrders(platform, crew, breaching, GAP_MS);
      return { orders, load: await loaded };
    };
    const calm = await noticed(CALM_SECONDS);
    await server.running.kill();
    const away = await noticed(outageSeconds);
    const backlog = await pending(platform);
    const journalBytes = await metric(platform, "gridwarden_journal_bytes");
    server = await server.again();
    const begunAt = performance.now();
    const after = noticed(Math.max(CALM_SECONDS, Math.ceil(outageSeconds / 4)));
    while ((await pending(platform)) > RATE) await pause(LOOK_MS);
    const seconds = (performance.now() - begunAt) / 1_000;
    const during = await after;
    while ((await pending(platform)) > 0) await pause(LOOK_MS);
    const rate = (backlog + RATE * seconds) / seconds;
    const fates = await Promise.all(
      ["journaled", "stored", "duplicate", "conflict", "putAside"].map((fate) =>
        metric(platform, `gridwarden_ledger_values{fate="${fate}"}`),
      ),
    );
    const [journaled = 0, ...others] = fates;
    const missing = journaled - others.reduce((sum, count) => sum + count, 0);
    return [
      {
        what: `InfluxDB away for ${outageSeconds} s at 2,000 messages/s, then back while they go on`,
        measured: `${Math.round(backlog).toLocaleString("en")} messages behind, caught up in ${seconds.toFixed(1)} s: ${Math.round(rate).toLocaleString("en")} messages/s, ${(rate / RATE).toFixed(1)} of the live rate; journal ${Math.round(journalBytes / 1e6)} MB; ${missing} values missing in the ledger`,
        wanted: "5 of the live rate, 0 missing",
      },
      {
        what: "what is noticed of it: before, while away, while it catches up",
        measured: [calm, away, during].map(timesOf).join("; "),
        wanted: "alarms and cases on time",
      },
    ];
  } finally {
    await platform.stop();
    await server.running.stop();
  }
}

const pending = (platform: RunningPlatform): Promise<number> =>
  metric(platform, "gridwarden_ledger_pending_uplinks");

const timesOf = ({ orders, load }: Noticed): string =>
  `PUBACK p99 ${load.p99Ms.toFixed(0)} ms, breach → order p99 ${orders.p99Ms.toFixed(0)} ms`;
