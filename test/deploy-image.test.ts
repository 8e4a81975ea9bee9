/**
 * The Dockerfile without a container engine: what it copies is there, who runs in it, and that it
 * runs what `npm start` runs. test/deploy-unit.server.test.ts starts just what it copies.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DockerfileParser } from "dockerfile-ast";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TEST_CERTIFICATE, TEST_KEY } from "../broker/test-certificate.ts";
import { environmentOf, readCompose, readText, root, startScript } from "./support/deploy.ts";
import { startPlatform, type TestPlatform } from "./support/platform.ts";

const instructions = DockerfileParser.parse(readText("deploy/Dockerfile"))
  .getInstructions()
  .map((each) => ({
    keyword: each.getKeyword(),
    // With its flags, on one line.
    text: each
      .getTextContent()
      .replace(/^\w+\s+/, "")
      .replaceAll(/\s*\\\n\s*/g, " "),
  }));
const lastStage = instructions.slice(
  instructions.findLastIndex(({ keyword }) => keyword === "FROM"),
);
const textsOf = (keyword: string, from = instructions): string[] =>
  from.filter((each) => each.keyword === keyword).map(({ text }) => text);
const execForm = (keyword: string): string[] => {
  const text = lastStage.find((each) => each.keyword === keyword)?.text ?? "";
  return JSON.parse(text.slice(text.indexOf("["))) as string[];
};

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());

test("both stages are named and of the same exact version of Node", () => {
  const stages = textsOf("FROM").map((text) => text.split(" "));
  expect(stages.map(([, as, name]) => [as, name])).toEqual([
    ["AS", "build"],
    ["AS", "runtime"],
  ]);
  const [image = ""] = new Set(stages.map(([from]) => from));
  expect(new Set(stages.map(([from]) => from)).size).toBe(1);
  expect(image).toMatch(/^node:20\.\d+\.\d+-bookworm-slim$/);
});

test("every file that it copies from the repository is there, and .dockerignore lets it through", () => {
  const ignored = readText(".dockerignore").split("\n");
  const copies = textsOf("COPY").filter((text) => !text.startsWith("--from="));
  expect(copies).toHaveLength(2);
  for (const source of copies.flatMap((text) => text.split(" ").slice(0, -1))) {
    expect(`${source} ${existsSync(join(root, source))}`).toBe(`${source} true`);
    expect(ignored).not.toContain(source);
  }
});

test("no data, secret or setting of the builder's machine goes into it", () => {
  const ignored = readText(".dockerignore").split("\n");
  for (const each of [".git", ".env", "**/.env", "data", "deploy", "**/node_modules", "dist*"]) {
    expect(ignored).toContain(each);
  }
});

test("what it copies from the first stage is built there, and named stages are meant", () => {
  const copies = textsOf("COPY", lastStage).map((text) => text.split(" "));
  expect(copies.map(([from, source]) => [from, source])).toEqual([
    ["--from=build", "/build/package.json"],
    ["--from=build", "/build/node_modules"],
    ["--from=build", "/build/dist"],
  ]);
  expect(textsOf("RUN").join("\n")).toMatch(/npm ci .*\nnpm run build && npm prune --omit=dev/);
});

test("it runs as the user of compose.yaml, who is not root", () => {
  const users = textsOf("USER", lastStage);
  expect(users).toEqual([readCompose("deploy/compose.yaml").services.gridwarden?.user]);
  expect(users[0]).toMatch(/^[1-9]\d*:[1-9]\d*$/);
});

test("it stops on SIGTERM and keeps its data in a volume", () => {
  expect(textsOf("STOPSIGNAL")).toEqual(["SIGTERM"]);
  expect(textsOf("VOLUME")).toEqual(["/var/lib/gridwarden"]);
});

test("it runs what npm start runs: its flags and its environment, without the look for a build", () => {
  const start = startScript();
  expect(execForm("CMD")).toEqual(["node", ...start.flags, "dist/app/main.js", ...start.arguments]);
  const environment = environmentOf(textsOf("ENV", lastStage).join(" "));
  expect(environment).toMatchObject(start.environment);
  expect(environment.GRIDWARDEN_DATA_DIR).toBe("/var/lib/gridwarden");
  // The program is what app/launch.js goes on in.
  expect(readFileSync(join(root, "app/launch.js"), "utf8")).toContain("../dist/app/main.js");
});

test("its health check is well with a platform that is ready and ill without one", async () => {
  expect(await healthOf(platform.ports.http)).toBe(0);
  expect(await healthOf(1)).toBe(1);
});

test("its health check asks over TLS where HTTP is served so, and takes any certificate", async () => {
  const secured = createServer({ cert: TEST_CERTIFICATE, key: TEST_KEY }, (_, response) =>
    response.writeHead(200).end(),
  ).listen(0, "127.0.0.1");
  await once(secured, "listening");
  const { port } = secured.address() as AddressInfo;
  const tls = { GRIDWARDEN_TLS_CERT_FILE: "any" };
  expect([await healthOf(port, tls), await healthOf(port)]).toEqual([0, 1]);
  secured.close();
});

/** The exit code of the image's own check. */
function healthOf(port: number, env: Record<string, string> = {}): Promise<number | null> {
  const [program, ...args] = execForm("HEALTHCHECK");
  expect(program).toBe("node");
  const child = spawn(process.execPath, args, {
    env: { GRIDWARDEN_HTTP_PORT: String(port), ...env },
    stdio: "ignore",
  });
  return new Promise((resolve) => child.once("exit", resolve));
}
