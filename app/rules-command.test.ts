/** What the command says where it cannot do what it is told. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { runRules } from "./rules-command.ts";

const directory = mkdtempSync(join(tmpdir(), "gridwarden-rules-"));
let server: Server;
let said: string;

beforeEach(async () => {
  said = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += text;
    return true;
  });
  server = createServer((_request, response) =>
    response.writeHead(502).end("<h1>Bad Gateway</h1>"),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await new Promise((resolve) => server.close(resolve));
});

afterAll(() => rmSync(directory, { recursive: true }));

function run(...more: string[]): Promise<number> {
  const { port } = server.address() as AddressInfo;
  const span = ["--from", "2026-10-01T00:00:00+08:00", "--to", "2026-10-02T00:00:00+08:00"];
  const where = ["--api", `http://127.0.0.1:${port}`, "--token", "secret"];
  return runRules(["backtest", "--rule", "manhole-cover.tilt", ...span, ...where, ...more]);
}

test.each(["many", "-1", "2.5", ""])("--list '%s' is a usage error", async (list) => {
  expect(await run(`--list=${list}`)).toBe(64);
  expect(said).toContain(`--list: got '${list}', wanted a whole number`);
});

test("a rule file that is no JSON object, or is not there, is named", async () => {
  for (const [name, text] of [
    ["text.json", "tilt: 15"],
    ["list.json", "[]"],
  ] as const) {
    const file = join(directory, name);
    writeFileSync(file, text);
    expect(await run("--rule-file", file)).toBe(64);
    expect(said).toContain(`--rule-file '${file}'`);
  }
  expect(await run("--rule-file", join(directory, "nowhere.json"))).toBe(64);
  expect(said).toContain("nowhere.json' cannot be read (ENOENT)");
});

test("an answer that is not the platform's own is told as it came", async () => {
  expect(await run()).toBe(1);
  expect(said).toMatch(/the platform at 'http:\S+' answered 502: <h1>Bad Gateway/);
});
