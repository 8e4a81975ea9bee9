/** E-mail against a mail server that takes it, refuses it for good or for a time, cuts, or says nothing. */

import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, expect, test } from "vitest";
import type { ChannelMessage, Sending } from "../model/channel.ts";
import { createEmail, EmailSettings } from "../notify/channels/email.ts";

const TIMEOUT_MS = 500;
const TO = "wang@example.org";
const MESSAGE: ChannelMessage = {
  ...{
    messageId: "case-1.crew.0",
    repeats: 0,
    isDrill: true,
    title: "井盖开启",
    text: "中山路12号",
  },
  fields: {},
};

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const codeError = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode });

async function mailServer(options: SMTPServerOptions = {}) {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        mails.push(Buffer.concat(chunks).toString("utf8"));
        done();
      });
    },
    ...options,
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => new Promise((resolve) => server.close(() => resolve())));
  return { mails, port: (server.server.address() as AddressInfo).port };
}

async function rawServer(talk: Parameters<typeof createServer>[1]): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer(talk);
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => void server.close(() => resolve()));
  });
  return (server.address() as AddressInfo).port;
}

function send(port: number, more: object = {}, message = MESSAGE, to = TO): Promise<Sending> {
  const base = { kind: "email", channelId: "mail", host: "127.0.0.1", secure: false };
  const settings = EmailSettings.parse({ ...base, port, from: "city@example.org", ...more });
  return createEmail(settings, TIMEOUT_MS).send(to, message);
}

test("a mail says that it is a drill, in its subject and in a header", async () => {
  const { port, mails } = await mailServer();
  expect(await send(port)).toEqual({ kind: "taken" });
  const [mail = ""] = mails;
  expect(mail).toContain("To: wang@example.org");
  expect(mail).toContain("X-Gridwarden-Drill: yes");
  expect(mail).toContain("X-Gridwarden-Message: case-1.crew.0");
  const subject = /^Subject: ((?:.|\r\n )+?)\r\n(?! )/m.exec(mail)?.[1] ?? "";
  const words = [...subject.matchAll(/=\?UTF-8\?B\?([^?]+)\?=/g)].map(([, text = ""]) =>
    Buffer.from(text, "base64").toString("utf8"),
  );
  expect(words.join("")).toContain("演练");
});

test("a repeat has a Message-ID of its own, the same message again has the same", async () => {
  const { port, mails } = await mailServer();
  await send(port);
  await send(port);
  await send(port, {}, { ...MESSAGE, repeats: 1 });
  const ids = mails.map((mail) => /^Message-ID: (.*)\r$/m.exec(mail)?.[1]);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[2]).not.toBe(ids[0]);
});

test("a title with lines adds no header", async () => {
  const { port, mails } = await mailServer();
  await send(port, {}, { ...MESSAGE, title: "a\r\nBcc: all@example.org\r\n\r\nb" });
  const [head = ""] = (mails[0] ?? "").split("\r\n\r\n");
  expect(head).not.toMatch(/^Bcc:/m);
});

test.each([
  "",
  "wang",
  "wang@example.org,li@example.org",
  "wang@example.org\r\nBcc: x@example.org",
])("%j is no address, and nobody is asked", async (to) => {
  expect(await send(1, {}, MESSAGE, to)).toMatchObject({ kind: "failed", isFinal: true });
});

test.each([
  [550, true],
  [451, false],
])("a server that refuses the receiver with %i: final is %s", async (code, isFinal) => {
  const onRcptTo: SMTPServerOptions["onRcptTo"] = ({ address }, _session, done) =>
    done(codeError(code, `no ${address}`));
  const { port } = await mailServer({ onRcptTo });
  const sending = await send(port);
  expect(sending).toMatchObject({ kind: "failed", isFinal });
  expect(JSON.stringify(sending)).not.toContain(TO);
});

test("a wrong password is final, and is not told", async () => {
  const onAuth: SMTPServerOptions["onAuth"] = ({ password }, _session, done) =>
    done(codeError(535, `'${password}' is wrong`));
  const { port } = await mailServer({ onAuth, allowInsecureAuth: true });
  const sending = await send(port, { user: "city", password: "hidden-words" });
  expect(sending).toMatchObject({ kind: "failed", isFinal: true });
  expect(JSON.stringify(sending)).not.toContain("hidden-words");
});

test("a right password is taken", async () => {
  const onAuth: SMTPServerOptions["onAuth"] = ({ username, password }, _session, done) =>
    password === "hidden-words" ? done(null, { user: username }) : done(new Error("wrong"));
  const { port } = await mailServer({ onAuth, allowInsecureAuth: true });
  const found = await send(port, { user: "city", password: "hidden-words" });
  expect(found).toEqual({ kind: "taken" });
});

test("a server that cuts the line, says nothing, or is not there has failed for now", async () => {
  const cutting = await rawServer((socket) => void socket.end("220 hello\r\n"));
  const silent = await rawServer((socket) => void socket.on("error", () => {}));
  for (const port of [cutting, silent, 9]) {
    expect(await send(port)).toMatchObject({ kind: "failed", isFinal: false });
  }
});
