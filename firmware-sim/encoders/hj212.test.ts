import fc from "fast-check";
import { expect, test } from "vitest";
import {
  checksum,
  createFrameReader,
  encodeAnswer,
  encodeReport,
  frame,
  localDigits,
  type PeriodOf,
  periodFactors,
  realTimeFactors,
} from "./hj212.ts";

const LOGGER = { mn: "010000A8900016F000169DC0", password: "123456" };
const AT = Date.parse("2026-11-22T08:30:00.120+08:00");

/** The first is the standard's own example; two to four were seen in the field. */
const VECTORS = [
  "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80",
  "##0457QN=20210320163101890;ST=32;CN=2011;PW=123456;MN=81733553213013;Flag=4;CP=&&DataTime=20210320013400;w00000-Rtd=181.682,w00000-Flag=N;w21001-SampleTime=20210320005400,w21001-Rtd=45.160,w21001-Flag=N;w21011-SampleTime=20210320013400,w21011-Rtd=1.970,w21011-Flag=N;w21003-SampleTime=20210320013400,w21003-Rtd=53.131,w21003-Flag=N;w01018-SampleTime=20210320013400,w01018-Rtd=194.200,w01018-Flag=N;w01001-SampleTime=20210320013406,w01001-Rtd=7.496,w01001-Flag=N&&6E80",
  "##0075QN=20260706103512345;ST=91;CN=9014;PW=123456;MN=A110000_0001;Flag=8;CP=&&&&0140",
  "##0078QN=20201008154743635;ST=91;CN=9014;PW=123456;MN=SD000001;Flag=9;CP=&&QnRtn=1&&71c0",
  "##0188QN=20260301110000456;ST=32;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20260301100000;w01018-Cou=27.8,w01018-Min=38.0,w01018-Avg=42.5,w01018-Max=51.2,w01018-Flag=N&&9741",
  "##0171QN=20260301101500123;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20260301101500;w01018-Rtd=999.9,w01018-Flag=T;w21003-Rtd=3.10,w21003-Flag=M&&9901",
];

test.each(VECTORS)("length and checksum are those of a known frame: %s", (vector) => {
  const data = vector.slice(6, -4);
  expect(frame(data).toString("latin1").toUpperCase()).toBe(`${vector}\r\n`.toUpperCase());
});

test("the checksum is the standard's and not that of MODBUS", () => {
  expect(checksum(Buffer.from("123456789"))).not.toBe("4B37");
});

test("a real-time report carries the factors' codes, flow in litres a second, and wants an answer", () => {
  const factors = realTimeFactors(
    { flowM3h: 833.04, codMgL: 38.6, tpMgL: 0.371, isOpen: true },
    "N",
  );
  const frames = encodeReport(LOGGER, { cn: "2011", qn: AT, dataTime: AT, factors });
  expect(frames).toHaveLength(1);
  const data =
    "QN=20261122083000120;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20261122083000;w00000-Rtd=231.40,w00000-Flag=N;w01018-Rtd=38.6,w01018-Flag=N;w21011-Rtd=0.371,w21011-Flag=N&&";
  expect(frames[0]?.toString("latin1")).toBe(frame(data).toString("latin1"));
});

test("a period report carries total, least, mean and greatest in that order", () => {
  const factors = periodFactors({ codMgL: { min: 35.2, mean: 38.3, max: 44, total: 31.9 } }, "N");
  expect(factors[0]?.fields.map(([name, value]) => `${name}=${value}`)).toEqual([
    "Cou=31.900",
    "Min=35.2",
    "Avg=38.3",
    "Max=44.0",
    "Flag=N",
  ]);
});

test("a report longer than a segment goes out in numbered packets that none exceeds", () => {
  const period: PeriodOf = { min: 100, mean: 2000, max: 30000, total: 123456.789 };
  const names = ["flowM3h", "ph", "turbidityNtu", "doMgL", "waterTemperatureC", "ssMgL", "bod5MgL"];
  const more = ["codMgL", "tnMgL", "nh3nMgL", "tpMgL"];
  const factors = periodFactors(
    Object.fromEntries([...names, ...more].map((name) => [name, period])),
    "N",
  );
  const frames = encodeReport(LOGGER, { cn: "2061", qn: AT, dataTime: AT, factors });
  expect(frames.length).toBeGreaterThan(1);
  const received = frames.flatMap((bytes) => createFrameReader().read(bytes));
  expect(received).toHaveLength(frames.length);
  for (const [index, bytes] of frames.entries()) {
    expect(bytes.length).toBeLessThanOrEqual(1036);
    expect(bytes.toString("latin1")).toContain(`Flag=7;PNUM=${frames.length};PNO=${index + 1};CP=`);
  }
  const codes = received.flatMap((one) => [...one.cp.matchAll(/(w\d{5})-Avg=/g)].map((m) => m[1]));
  expect(codes).toHaveLength(11);
});

test("answers are found in any pieces, between noise, and with a checksum in small letters", () => {
  const answer = VECTORS[3] ?? "";
  const stream = Buffer.from(
    `noise##12${answer}\r\n##0005abcde0000\r\n${VECTORS[2]}\r\n`,
    "latin1",
  );
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30 }), (cuts) => {
      const reader = createFrameReader();
      const found: string[] = [];
      let at = 0;
      for (const cut of [...cuts, stream.length]) {
        found.push(
          ...reader.read(stream.subarray(at, at + cut)).map(({ cn, qn }) => `${cn} ${qn}`),
        );
        at += cut;
      }
      expect(found).toEqual(["9014 20201008154743635", "9014 20260706103512345"]);
    }),
  );
});

test("random bytes never make the reader throw", () => {
  const reader = createFrameReader();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void reader.read(bytes)));
});

test("times are local digits, and a logger's answer echoes the question's QN", () => {
  expect(localDigits(AT)).toBe("20261122083000120");
  const bytes = encodeAnswer(LOGGER, { cn: "9011", qn: "20261122083000120", cp: "QnRtn=1" });
  expect(createFrameReader().read(bytes)).toEqual([
    { qn: "20261122083000120", cn: "9011", flag: 4, cp: "QnRtn=1" },
  ]);
});
