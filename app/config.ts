/**
 * Configuration: the only place that reads the environment. One schema gives types, defaults and
 * documentation; every fault is reported at once, before any port opens.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { ASSET_CLASSES, classBySlug } from "../model/asset-classes/all.ts";
import { GridwardenError } from "../model/errors.ts";
import { AreaCode } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { timeZone } from "../model/local-time.ts";
import type { CloudAccess } from "./command-clouds.ts";
import { withSecretFiles } from "./secret-files.ts";
import { TrustedProxies } from "./trusted-proxies.ts";

const PORT_MAX = 65_535;
const SLUGS = ASSET_CLASSES.map((each) => each.slug);

const port = (text: string, context: z.RefinementCtx): number => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > PORT_MAX) {
    context.addIssue(
      `'${text}' is not a port; write a number from 0 to ${PORT_MAX}, 0 for any free`,
    );
  }
  return number;
};
const Port = z.string().transform(port);

/** The text of a URL in which a password may stand is not told. */
const url = (protocols: readonly string[], example: string, isSecret = false) =>
  z.string().transform((text, context) => {
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    if (parsed === undefined || !protocols.includes(parsed.protocol)) {
      const shown = isSecret ? "" : `'${text}' `;
      context.addIssue(`${shown}is not a URL of this kind; write ${example}`);
    }
    return text;
  });

/** One with a password in it would be told in errors, and cannot be asked. */
const InfluxUrl = url(["http:", "https:"], "http://host:8086", true).transform((text, context) => {
  const { username, password } = URL.canParse(text)
    ? new URL(text)
    : { username: "", password: "" };
  if (username !== "" || password !== "") {
    context.addIssue(
      "has a user or password in it; put user:password into GRIDWARDEN_INFLUX_TOKEN",
    );
  }
  return text;
});

/** Its text is not told: a password may stand in it. */
export const DatabaseUrl = z.string().transform((text, context) => {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const isPostgres = parsed?.protocol === "postgres:" || parsed?.protocol === "postgresql:";
  if (!isPostgres || parsed.pathname.length < 2) {
    context.addIssue("is not a PostgreSQL URL; write postgres://user:password@host:5432/database");
  }
  return text;
});

const ClockPair = z.string().transform((text, context) => {
  const [start = "", speedText = ""] = text.split(",");
  const startAt = Date.parse(start);
  const speed = Number(speedText);
  if (!/[zZ]|[+-]\d\d:?\d\d$/.test(start) || Number.isNaN(startAt) || !(speed > 0)) {
    context.addIssue(
      `'${text}' is not '<ISO start with offset>,<speed>'; write 2026-11-22T00:00:00+08:00,60`,
    );
  }
  return { text, startAt, speed };
});

const Retention = z.string().transform((text, context) => {
  const days: Record<string, number> = {};
  for (const part of text.split(",").filter((part) => part.trim() !== "")) {
    const [slug = "", count = ""] = part.split("=").map((side) => side.trim());
    if (slug === "" || !/^[1-9]\d*$/.test(count)) {
      context.addIssue(`'${part}' is not 'class=days'; write manhole-cover=365,streetlight=90`);
    } else if (classBySlug(slug) === undefined) {
      context.addIssue(`'${slug}' is no asset class; there are ${SLUGS.join(", ")}`);
    } else if (Number(count) < LIMITS.identityDaysMin) {
      context.addIssue(`'${part}' is fewer than ${LIMITS.identityDaysMin} days; keep more`);
    }
    days[slug] = Number(count);
  }
  return days;
});

const wholeFromZero = z.string().transform((text, context) => {
  if (!/^\d+$/.test(text)) context.addIssue(`'${text}' is not a whole number; 0 is off`);
  return Number(text);
});

const positiveWhole = z.string().transform((text, context) => {
  if (!/^[1-9]\d*$/.test(text)) context.addIssue(`'${text}' is not a whole number above 0`);
  return Number(text);
});

const Share = z.string().transform((text, context) => {
  const number = Number(text);
  if (text.trim() === "" || !(number >= 0 && number <= 1)) {
    context.addIssue(`'${text}' is not a share; write a number from 0 to 1, 0 for off`);
  }
  return number;
});

/** Of Sparkplug's host applications: one level of a topic. */
const SparkplugHost = z
  .string()
  .regex(/^[^+#/\p{C}]{1,64}$/u, "is no host id; write 1 to 64 letters without / + #");

/** What operators' platforms know their products by, with a key for each. */
const ProductKeys = z.string().transform((text, context) => {
  const entries = text
    .split(/[\s,]+/)
    .filter((part) => part !== "")
    .map((part): [string, string] => {
      const at = part.indexOf("=");
      return [part.slice(0, Math.max(at, 0)), part.slice(at + 1)];
    });
  const isGood = entries.every(([id, key]) => /^[A-Za-z0-9._-]{1,64}$/.test(id) && key !== "");
  if (!isGood) context.addIssue("is no list of keys; write productId=key, with commas between");
  return Object.fromEntries(entries);
});

const Environment = z
  .object({
    GRIDWARDEN_DATA_DIR: z.string().min(1).default("./data"),
    GRIDWARDEN_MQTT_PORT: Port.default(1883),
    GRIDWARDEN_MQTTS_PORT: Port.optional(),
    GRIDWARDEN_MQTT_WS_PORT: Port.optional(),
    GRIDWARDEN_BIND: z.string().min(1).optional(),
    GRIDWARDEN_TLS_CERT_FILE: z.string().min(1).optional(),
    GRIDWARDEN_TLS_KEY_FILE: z.string().min(1).optional(),
    GRIDWARDEN_MQTT_URL: url(["mqtt:", "mqtts:"], "mqtt://host:1883", true).optional(),
    GRIDWARDEN_HJ212_PORT: Port.optional(),
    GRIDWARDEN_HTTP_PORT: Port.default(8080),
    GRIDWARDEN_TRUSTED_PROXIES: TrustedProxies.optional(),
    GRIDWARDEN_DATABASE_URL: DatabaseUrl.optional(),
    GRIDWARDEN_INFLUX_URL: InfluxUrl.optional(),
    GRIDWARDEN_INFLUX_TOKEN: z.string().optional(),
    GRIDWARDEN_INFLUX_ORG: z.string().optional(),
    GRIDWARDEN_INFLUX_BUCKET: z.string().max(100).optional(),
    GRIDWARDEN_INFLUX_VERSION: z.enum(["1", "2"], "is not a version; write 1 or 2").default("2"),
    GRIDWARDEN_LAMP_PLATFORM_URL: url(["http:", "https:"], "https://host/api").optional(),
    GRIDWARDEN_LAMP_PLATFORM_TOKEN: z.string().optional(),
    GRIDWARDEN_CTWING_URL: url(["http:", "https:"], "https://ag-api.ctwing.cn").default(
      "https://ag-api.ctwing.cn",
    ),
    GRIDWARDEN_CTWING_APP_KEY: z.string().optional(),
    GRIDWARDEN_CTWING_APP_SECRET: z.string().optional(),
    GRIDWARDEN_CTWING_MASTER_KEYS: ProductKeys.default({}),
    GRIDWARDEN_ONENET_URL: url(["http:", "https:"], "https://iot-api.heclouds.com").default(
      "https://iot-api.heclouds.com",
    ),
    GRIDWARDEN_ONENET_KEYS: ProductKeys.optional(),
    GRIDWARDEN_SPARKPLUG_HOST: SparkplugHost.optional(),
    GRIDWARDEN_ADMIN_PASSWORD: z.string().optional(),
    GRIDWARDEN_CLOCK: ClockPair.optional(),
    GRIDWARDEN_TIME_ZONE: z
      .string()
      .default("Asia/Shanghai")
      .superRefine((name, context) => {
        try {
          timeZone(name);
        } catch {
          context.addIssue(`'${name}' is not a time zone; write a name such as Asia/Shanghai`);
        }
      }),
    GRIDWARDEN_AREA_CODE: AreaCode.default(AreaCode.parse("411524")),
    GRIDWARDEN_LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
    GRIDWARDEN_RETENTION_DAYS: Retention.optional(),
    GRIDWARDEN_JOURNAL_BYTES_MAX: positiveWhole.default(LIMITS.journalBytesMax),
    GRIDWARDEN_DECODERS: z.string().min(1).optional(),
    GRIDWARDEN_RAW_DAYS: wholeFromZero.default(LIMITS.rawDays),
    GRIDWARDEN_RAW_BYTES_MAX: positiveWhole.default(LIMITS.rawBytesMax),
    GRIDWARDEN_PRECISION_FLOOR: Share.default(0.5),
  })
  .superRefine((env, context) => {
    const hasCert = env.GRIDWARDEN_TLS_CERT_FILE !== undefined;
    if (hasCert !== (env.GRIDWARDEN_TLS_KEY_FILE !== undefined)) {
      context.addIssue({
        code: "custom",
        path: [hasCert ? "GRIDWARDEN_TLS_KEY_FILE" : "GRIDWARDEN_TLS_CERT_FILE"],
        message: "is missing; a certificate and its key go together",
      });
    }
    const hasAppKey = env.GRIDWARDEN_CTWING_APP_KEY !== undefined;
    if (hasAppKey !== (env.GRIDWARDEN_CTWING_APP_SECRET !== undefined)) {
      context.addIssue({
        code: "custom",
        path: [hasAppKey ? "GRIDWARDEN_CTWING_APP_SECRET" : "GRIDWARDEN_CTWING_APP_KEY"],
        message: "is missing; an application's key and its secret go together",
      });
    }
    if (env.GRIDWARDEN_INFLUX_URL !== undefined && env.GRIDWARDEN_INFLUX_BUCKET === undefined) {
      context.addIssue({
        code: "custom",
        path: ["GRIDWARDEN_INFLUX_BUCKET"],
        message: "is missing; GRIDWARDEN_INFLUX_URL needs a bucket, of a 1.x server the database",
      });
    }
    if (env.GRIDWARDEN_MQTTS_PORT !== undefined && !hasCert) {
      context.addIssue({
        code: "custom",
        path: ["GRIDWARDEN_TLS_CERT_FILE"],
        message: "is missing; GRIDWARDEN_MQTTS_PORT needs a certificate and its key",
      });
    }
  });

export interface Config {
  dataDirectory: string;
  /** Nobody said where; the demo then takes a folder of its own. */
  isDataDirectoryDefault: boolean;
  bind: string | undefined;
  mqttPort: number;
  mqttsPort: number | undefined;
  mqttWsPort: number | undefined;
  tls: { cert: string; key: string } | undefined;
  mqttUrl: string | undefined;
  hj212Port: number | undefined;
  httpPort: number;
  /** Believed when they say from whom a request came. */
  trustedProxies: readonly string[];
  /** Absent: readings live in the data folder. */
  influx: { url: string; token?: string; org?: string; bucket: string; version: 1 | 2 } | undefined;
  /** Absent: no lamp platform is asked, and none is told. */
  lampPlatform: { url: string; token: string | undefined } | undefined;
  /** What operators' platforms are told commands with; absent: none is told. */
  clouds: CloudAccess;
  /** Under which Sparkplug's nodes wait for us. */
  sparkplugHost: string | undefined;
  /** Absent: registry, alarms, cases and orders live in the data folder. */
  databaseUrl: string | undefined;
  adminPassword: string | undefined;
  clock: { text: string; startAt: number; speed: number } | undefined;
  timeZone: string;
  areaCode: string;
  logLevel: "debug" | "info" | "warn" | "error";
  retentionDays: Record<string, number>;
  journalBytesMax: number;
  /** The folder into which decoders are dropped; absent: that of the data folder. */
  decoderFolder: string | undefined;
  /** Raw uplinks, to be decoded again; of 0 days none are kept. */
  raw: { days: number; bytesMax: number };
  /** Share of a rule's alarms that crews must have found true; under it its cases wait for review. */
  precisionFloor: number;
}

/** @throws GridwardenError CONFIG_INVALID whose `details.faults` lists every fault. */
export function readConfig(env: Record<string, string | undefined>): Config {
  // An empty variable is an absent one: that is what `.env` files and compose files write.
  const given = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => name.startsWith("GRIDWARDEN_") && value !== ""),
  );
  const faults: string[] = [];
  const parsed = Environment.safeParse(withSecretFiles(given, faults));
  if (!parsed.success) {
    faults.push(...parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`));
  }
  const tls = parsed.success ? readTls(parsed.data, faults) : undefined;
  if (!parsed.success || faults.length > 0) {
    throw new GridwardenError("CONFIG_INVALID", faults.join("\n"), { details: { faults } });
  }
  const e = parsed.data;
  return {
    dataDirectory: e.GRIDWARDEN_DATA_DIR,
    isDataDirectoryDefault: given.GRIDWARDEN_DATA_DIR === undefined,
    bind: e.GRIDWARDEN_BIND,
    mqttPort: e.GRIDWARDEN_MQTT_PORT,
    mqttsPort: e.GRIDWARDEN_MQTTS_PORT,
    mqttWsPort: e.GRIDWARDEN_MQTT_WS_PORT,
    tls,
    mqttUrl: e.GRIDWARDEN_MQTT_URL,
    hj212Port: e.GRIDWARDEN_HJ212_PORT,
    httpPort: e.GRIDWARDEN_HTTP_PORT,
    trustedProxies: e.GRIDWARDEN_TRUSTED_PROXIES ?? [],
    influx: influxOf(e),
    clouds: cloudsOf(e),
    sparkplugHost: e.GRIDWARDEN_SPARKPLUG_HOST,
    lampPlatform:
      e.GRIDWARDEN_LAMP_PLATFORM_URL === undefined
        ? undefined
        : { url: e.GRIDWARDEN_LAMP_PLATFORM_URL, token: e.GRIDWARDEN_LAMP_PLATFORM_TOKEN },
    databaseUrl: e.GRIDWARDEN_DATABASE_URL,
    adminPassword: e.GRIDWARDEN_ADMIN_PASSWORD,
    clock: e.GRIDWARDEN_CLOCK,
    timeZone: e.GRIDWARDEN_TIME_ZONE,
    areaCode: e.GRIDWARDEN_AREA_CODE,
    logLevel: e.GRIDWARDEN_LOG_LEVEL,
    retentionDays: e.GRIDWARDEN_RETENTION_DAYS ?? {},
    journalBytesMax: e.GRIDWARDEN_JOURNAL_BYTES_MAX,
    decoderFolder: e.GRIDWARDEN_DECODERS,
    raw: { days: e.GRIDWARDEN_RAW_DAYS, bytesMax: e.GRIDWARDEN_RAW_BYTES_MAX },
    precisionFloor: e.GRIDWARDEN_PRECISION_FLOOR,
  };
}

function influxOf(env: z.infer<typeof Environment>): Config["influx"] {
  const { GRIDWARDEN_INFLUX_URL: url, GRIDWARDEN_INFLUX_BUCKET: bucket } = env;
  const { GRIDWARDEN_INFLUX_TOKEN: token, GRIDWARDEN_INFLUX_ORG: org } = env;
  if (url === undefined || bucket === undefined) return undefined;
  return {
    ...{ url, bucket, version: env.GRIDWARDEN_INFLUX_VERSION === "1" ? 1 : 2 },
    ...(token !== undefined && { token }),
    ...(org !== undefined && { org }),
  };
}

function cloudsOf(env: z.infer<typeof Environment>): CloudAccess {
  const { GRIDWARDEN_CTWING_APP_KEY: appKey, GRIDWARDEN_CTWING_APP_SECRET: appSecret } = env;
  const { GRIDWARDEN_CTWING_URL: url, GRIDWARDEN_CTWING_MASTER_KEYS: masterKeys } = env;
  const { GRIDWARDEN_ONENET_URL: onenetUrl, GRIDWARDEN_ONENET_KEYS: keys } = env;
  const hasKey = appKey !== undefined && appSecret !== undefined;
  return {
    ctwing: hasKey ? { url, appKey, appSecret, masterKeys } : undefined,
    onenet: keys && { url: onenetUrl, keys },
  };
}

function readTls(env: z.infer<typeof Environment>, faults: string[]): Config["tls"] {
  const read = (name: "GRIDWARDEN_TLS_CERT_FILE" | "GRIDWARDEN_TLS_KEY_FILE"): string => {
    const file = env[name];
    if (file === undefined) return "";
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      faults.push(`${name} '${file}' cannot be read: ${(error as Error).message}`);
      return "";
    }
  };
  if (env.GRIDWARDEN_TLS_CERT_FILE === undefined) return undefined;
  return { cert: read("GRIDWARDEN_TLS_CERT_FILE"), key: read("GRIDWARDEN_TLS_KEY_FILE") };
}
