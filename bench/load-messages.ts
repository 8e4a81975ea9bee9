/** What a device of the load generator says in its format, n-th of its messages: topic and payload. */
import { encodeReport, realTimeFactors } from "../firmware-sim/encoders/hj212.ts";
import { encodeSparkplug } from "../firmware-sim/encoders/sparkplug.ts";

export interface LoadSender {
  deviceId: string;
  /** Native when absent. */
  format?: LoadFormat;
  externalId?: string;
}

export type LoadFormat = (typeof LOAD_FORMATS)[number];
/** `script`: as `chirpstack`, its bytes by a vendor's script. */
export const LOAD_FORMATS = [
  ...(["native", "hj212", "chirpstack", "script", "things-stack"] as const),
  ...(["senml", "sparkplug", "json"] as const),
] as const;

export interface LoadMessage {
  topic: string;
  payload: string | Buffer;
}

type Say = (sender: LoadSender, n: number, at: number) => LoadMessage;

const SAYS: Record<LoadFormat, Say> = {
  native: ({ deviceId }, n, at) => {
    const { tilt, level } = valuesOf(n);
    return {
      topic: `v1/manhole-cover/${deviceId}/telemetry`,
      payload: `{"observedAt":${at},"seq":${n},"values":{"tiltDeg":${tilt},"waterLevelCm":${level},"temperatureC":${18 + tilt}}}`,
    };
  },
  /** A real-time report of eight factors, which asks for an answer. */
  hj212: ({ externalId = "" }, n, at) => {
    const { tilt, level } = valuesOf(n);
    const factors = realTimeFactors(
      {
        ...{ codMgL: 20 + tilt, nh3nMgL: 1 + tilt / 10, tpMgL: 0.2, tnMgL: 8 + tilt },
        ...{ ph: 7 + tilt / 10, flowM3h: 300 + level, ssMgL: 5 + tilt, waterTemperatureC: 18 },
      },
      "N",
    );
    const logger = { mn: externalId, password: "123456" };
    const [frame = Buffer.alloc(0)] = encodeReport(logger, {
      ...{ cn: "2011", qn: at, dataTime: at, factors },
    });
    return { topic: `hj212/${externalId}/up`, payload: frame };
  },
  chirpstack: ({ externalId = "" }, n, at) => ({
    topic: `application/a1/device/${externalId}/event/up`,
    payload: JSON.stringify({
      ...{ deduplicationId: `${externalId}-${n}`, time: new Date(at).toISOString(), fCnt: n },
      ...{ deviceInfo: { devEui: externalId }, fPort: 85, data: "A2fqAARoMg==" },
      object: namedValues(n),
      rxInfo: [{ gatewayId: "ac1f09fffe000001", rssi: -97, snr: 7.5 }],
    }),
  }),
  script: ({ externalId = "" }, n, at) => ({
    topic: `application/a1/device/${externalId}/event/up`,
    payload: JSON.stringify({
      ...{ deduplicationId: `${externalId}-${n}`, time: new Date(at).toISOString(), fCnt: n },
      ...{ deviceInfo: { devEui: externalId }, fPort: 2, data: frameOf(n).toString("base64") },
      rxInfo: [{ gatewayId: "ac1f09fffe000001", rssi: -97, snr: 7.5 }],
    }),
  }),
  "things-stack": ({ deviceId, externalId = "" }, n, at) => ({
    topic: `v3/covers@city/devices/${deviceId}/up`,
    payload: JSON.stringify({
      end_device_ids: { device_id: deviceId, dev_eui: externalId },
      received_at: new Date(at).toISOString(),
      uplink_message: {
        ...{ session_key_id: "s-1", f_port: 3, f_cnt: n, frm_payload: "gIAB" },
        ...{ received_at: new Date(at).toISOString(), decoded_payload: namedValues(n) },
        rx_metadata: [{ gateway_ids: { gateway_id: "gtw-07" }, rssi: -88, snr: 6.25 }],
      },
    }),
  }),
  senml: ({ externalId = "" }, n, at) => {
    const { tilt, level } = valuesOf(n);
    return {
      topic: `senml/${externalId}`,
      payload: JSON.stringify([
        { bn: "", bt: at / 1_000, n: "tiltDeg", v: tilt },
        { n: "waterLevelCm", v: level },
        { n: "temperatureC", u: "Cel", v: 18 + tilt },
      ]),
    };
  },
  /** A node with values of its own: its birth first, then data by alias. */
  sparkplug: ({ externalId = "" }, n, at) => {
    const [group = "", edge = ""] = externalId.split("/");
    const isBirth = n === 1;
    const metrics = Object.entries(namedValues(n)).map(([name, value], alias) => ({
      ...(isBirth ? { name } : {}),
      ...{ alias: alias + 1, timestamp: at, type: "Double" as const, value },
    }));
    const bdSeq = { name: "bdSeq", type: "Int64" as const, value: 0 };
    return {
      topic: `spBv1.0/${group}/${isBirth ? "NBIRTH" : "NDATA"}/${edge}`,
      payload: encodeSparkplug({
        ...{ timestamp: at, seq: (n - 1) % 256 },
        metrics: isBirth ? [bdSeq, ...metrics] : metrics,
      }),
    };
  },
  json: ({ externalId = "" }, n, at) => {
    const { tilt, level } = valuesOf(n);
    return {
      topic: `acme/${externalId}/up`,
      payload: JSON.stringify({
        ts: at,
        d: { angle: Math.round(tilt * 10), level: `${level} cm`, temp: 18 + tilt },
      }),
    };
  },
};

/** Two bytes each: tenths of a degree, centimetres, tenths of a degree Celsius. */
function frameOf(n: number): Buffer {
  const { tilt, level } = valuesOf(n);
  const bytes = Buffer.alloc(6);
  bytes.writeUInt16BE(Math.round(tilt * 10), 0);
  bytes.writeUInt16BE(level, 2);
  bytes.writeUInt16BE(Math.round((18 + tilt) * 10), 4);
  return bytes;
}

function valuesOf(n: number) {
  return { tilt: (n % 40) / 10, level: n % 17 };
}

function namedValues(n: number) {
  const { tilt, level } = valuesOf(n);
  return { tiltDeg: tilt, waterLevelCm: level, temperatureC: 18 + tilt };
}

export const loadMessage = (sender: LoadSender, n: number, at: number): LoadMessage =>
  SAYS[sender.format ?? "native"](sender, n, at);
