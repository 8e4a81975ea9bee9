import { expect, test } from "vitest";
import { createCommandEar, type DeviceCommand, decodeCommand } from "./commands.ts";

const NOW = Date.parse("2026-11-27T20:00:00Z");
const said = (payload: object) => Buffer.from(JSON.stringify(payload));

test.each(["[", '"x"', "{}", '{"id":7,"name":"on"}', '{"id":"c-1"}', ""])(
  "%s is no command and is not answered",
  (text) => {
    expect(decodeCommand(Buffer.from(text))).toBeUndefined();
    expect(
      createCommandEar(
        () => NOW,
        () => ({ ok: true }),
      )(Buffer.from(text)),
    ).toBeUndefined();
  },
);

test("a command is obeyed and answered once, however often it comes", () => {
  const obeyed: DeviceCommand[] = [];
  const ear = createCommandEar(
    () => NOW,
    (command) => {
      obeyed.push(command);
      return { ok: true };
    },
  );
  const dim = { id: "c-1", name: "dim", args: { percent: 60 }, expiresAt: "2026-11-27T20:15:00Z" };
  expect(JSON.parse(String(ear(said(dim))))).toEqual({ id: "c-1", ok: true });
  expect(ear(said(dim))).toBeUndefined();
  expect(obeyed).toEqual([{ ...dim, expiresAt: NOW + 900_000 }]);
});

test("what comes after its time is answered and not obeyed", () => {
  const ear = createCommandEar(
    () => NOW,
    () => {
      throw new Error("it obeyed");
    },
  );
  const late = { id: "c-1", name: "on", expiresAt: "2026-11-28T04:00:00.000+08:00" };
  expect(JSON.parse(String(ear(said(late))))).toMatchObject({ id: "c-1", ok: false });
});

test("who does not answer may be asked again", () => {
  let isOn = false;
  const ear = createCommandEar(
    () => NOW,
    () => (isOn ? { ok: true } : undefined),
  );
  expect(ear(said({ id: "c-1", name: "on" }))).toBeUndefined();
  isOn = true;
  expect(ear(said({ id: "c-1", name: "on" }))).toBeDefined();
});
