import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hastyTimers, until } from "./doubles/tiny-broker.ts";
import { createFrameReader, frame, type Received } from "./encoders/hj212.ts";
import { createHj212Client, type Hj212Client } from "./hj212-client.ts";

const LOGGER = { mn: "411524WWTP00000000000001", password: "123456" };

let server: Server;
let client: Hj212Client;
let received: Received[] = [];
let sockets: Socket[] = [];
let isAnswering = true;

beforeEach(async () => {
  received = [];
  sockets = [];
  isAnswering = true;
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    const reader = createFrameReader();
    socket.on("data", (chunk: Buffer) => {
      for (const one of reader.read(chunk)) {
        received.push(one);
        if (isAnswering) socket.write(platformFrame("9014", one.qn));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  client = createHj212Client(
    { after: hastyTimers, random: () => 0.5 },
    { host: "127.0.0.1", port: (server.address() as AddressInfo).port, logger: LOGGER },
  );
});
afterEach(async () => {
  await client.end();
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

const platformFrame = (cn: string, qn: string): Buffer =>
  frame(`QN=${qn};ST=91;CN=${cn};PW=123456;MN=${LOGGER.mn};Flag=4;CP=&&&&`);
const report = (qn: string) => ({
  qn,
  frames: [frame(`QN=${qn};ST=32;CN=2011;PW=123456;MN=${LOGGER.mn};Flag=5;CP=&&DataTime=1&&`)],
});

test("a report counts as delivered when its 9014 has come", async () => {
  expect(client.send(report("1"))).toBe(false);
  client.connect();
  await until("connected", () => client.isConnected());
  expect(client.send(report("1"))).toBe(true);
  await until("answered", () => client.unanswered() === 0);
  expect(received.map(({ cn, qn }) => [cn, qn])).toEqual([["2011", "1"]]);
  expect(client.stats).toEqual({ connects: 1, sent: 1, answered: 1, resent: 0 });
});

test("a report without an answer is sent again under the same QN, then the line is dialled anew", async () => {
  isAnswering = false;
  client.connect();
  await until("connected", () => client.isConnected());
  client.send(report("1"));
  await until("dialled anew", () => sockets.length === 2);
  expect(received.filter(({ qn }) => qn === "1").length).toBeGreaterThanOrEqual(3);
  isAnswering = true;
  await until("answered at last", () => client.unanswered() === 0);
});

test("what the platform asks is taken and reported done under its QN", async () => {
  client.connect();
  await until("the platform sees the line", () => sockets.length === 1 && client.isConnected());
  sockets[0]?.write(platformFrame("1062", "77"));
  await until("both answers", () => received.length === 2);
  expect(received.map(({ cn, qn, cp }) => `${cn} ${qn} ${cp}`)).toEqual([
    "9011 77 QnRtn=1",
    "9012 77 ExeRtn=1",
  ]);
});

test("no more than a few reports stand unanswered", async () => {
  isAnswering = false;
  client.connect();
  await until("connected", () => client.isConnected());
  const taken = Array.from({ length: 12 }, (_, index) => client.send(report(String(index))));
  expect(taken.filter(Boolean)).toHaveLength(8);
});
