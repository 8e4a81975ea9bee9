import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runChannels } from "../app/channels-command.ts";
import { type ChannelServer, startChannelServer } from "./support/channel-server.ts";

let folder: string;
let server: ChannelServer;
let status = 200;

beforeEach(async () => {
  status = 200;
  folder = mkdtempSync(join(tmpdir(), "gridwarden-channels-"));
  server = await startChannelServer(() => ({ status, body: "so it is" }));
  const hook = { kind: "webhook", channelId: "hook", url: `${server.url}/in` };
  write(JSON.stringify({ channels: [{ ...hook, secret: "a secret of 16 or more" }] }));
});
afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const write = (json: string): void => writeFileSync(join(folder, "channels.json"), json);

/** Of the command: its exit code, and what it printed to both. */
async function ran(...args: string[]): Promise<[number, string]> {
  let text = "";
  const print = (chunk: unknown): boolean => {
    text += String(chunk);
    return true;
  };
  const out = vi.spyOn(process.stdout, "write").mockImplementation(print);
  const err = vi.spyOn(process.stderr, "write").mockImplementation(print);
  try {
    return [await runChannels(args, () => folder), text];
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

test("sound channels are listed, a faulty file is told", async () => {
  expect(await ran("check")).toEqual([0, "hook\twebhook\n"]);
  write('{"channels":[{"kind":"webhook"}]}');
  expect(await ran("check")).toEqual([1, expect.stringContaining("channels.0.url")]);
  rmSync(join(folder, "channels.json"));
  expect(await ran("check")).toEqual([1, expect.stringContaining("docs/channels.md")]);
});

test("a drill is sent, and says that it is one", async () => {
  const sent = await ran("send", "--channel", "hook", "--to", "crew-1", "--text", "hello");
  expect(sent).toEqual([0, "taken\n"]);
  const body = JSON.parse(server.asked[0]?.body ?? "{}");
  expect(body).toMatchObject({ to: "crew-1", isDrill: true, repeats: 0 });
  expect(body.text).toBe("【演练 DRILL】gridwarden\nhello");
});

test.each([
  [404, "the same again will fail, too"],
  [503, "it may be tried again"],
])("what a gateway says with %i is told, and whether to try again", async (code, cure) => {
  status = code;
  const [exitCode, text] = await ran("send", "--channel", "hook", "--to", "crew-1");
  expect(exitCode).toBe(1);
  expect(text).toContain(`answered ${code}: 'so it is' (${cure})`);
});

test("wrong options are told with the help", async () => {
  expect(await ran("send", "--channel", "hook")).toEqual([64, expect.stringContaining("--to")]);
  expect(await ran("shout")).toEqual([64, expect.stringContaining("'channels shout'")]);
  expect(await ran("send", "--chanel", "x")).toEqual([64, expect.stringContaining("--chanel")]);
  expect(await ran("send", "--channel", "huk", "--to", "x")).toEqual([
    1,
    expect.stringContaining("did you mean 'hook'?"),
  ]);
});
