/** Pushes over HTTP at the console's door: how they come in, and what a platform is answered. */
import { expect, test } from "vitest";
import { GridwardenError } from "../model/errors.ts";
import { setUp } from "./called-server.ts";

test("a push comes in byte by byte, with its headers and its address's parameters", async () => {
  const { doubles, call } = await setUp();
  const body = '{ "a" : 1.0 }';
  const headers = { "x-token": "t" };
  const url = "/api/v1/intake/ctwing?key=right&intake=covers&more=1";
  const answer = await call("POST", url, { as: "", body, type: "application/json", headers });
  expect([answer.status, answer.body]).toEqual([200, { accepted: true }]);
  expect(doubles.asked.at(-1)).toMatchObject({
    with: {
      format: "ctwing",
      said: {
        headers: { "x-token": "t", "content-type": "application/json" },
        query: { key: "right", intake: "covers", more: "1" },
        body: Buffer.from(body),
      },
    },
  });
});

test("a secret that is said twice is none, and is shown to nobody", async () => {
  const { call } = await setUp();
  const answer = await call("POST", "/api/v1/intake/ctwing?key=right&key=again", { as: "" });
  expect([answer.status, answer.body.code]).toEqual([400, "REQUEST_INVALID"]);
  expect(JSON.stringify(answer.body)).not.toMatch(/right|again/);
});

test("a push without a body is an uplink without bytes", async () => {
  const { doubles, call } = await setUp();
  expect((await call("POST", "/api/v1/intake/onenet?key=right", { as: "" })).status).toBe(200);
  expect(doubles.asked.at(-1)).toMatchObject({ with: { said: { body: Buffer.alloc(0) } } });
});

test("what the journal cannot take is 503, and the platform sends it again", async () => {
  const { call } = await setUp({}, ({ deps }) => {
    deps.intakes.take = () => Promise.reject(new GridwardenError("JOURNAL_FULL", "it is full"));
  });
  const answer = await call("POST", "/api/v1/intake/ctwing?key=right", { as: "", body: "{}" });
  expect([answer.status, answer.body.code]).toEqual([503, "JOURNAL_FULL"]);
});

test("no token of a user's stands for a secret", async () => {
  const { call } = await setUp();
  const answer = await call("POST", "/api/v1/intake/ctwing", { body: "{}" });
  expect([answer.status, answer.body.code]).toEqual([401, "INTAKE_REFUSED"]);
});

test.each([
  ["short", "16 to 32 letters and digits"],
  ["with spaces and signs!", "16 to 32 letters and digits"],
])("the secret %j is refused", async (secret, text) => {
  const { call } = await setUp();
  const body = { format: "onenet", secret };
  const answer = await call("PUT", "/api/v1/intakes/city", { body });
  expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining(text)]);
});

test("a secret that was given is not said again, one that was made is", async () => {
  const { call } = await setUp();
  const secret = "tokenOfTheCity000";
  const given = await call("PUT", "/api/v1/intakes/city", { body: { format: "onenet", secret } });
  expect(given.body).toEqual({ intakeId: "city", format: "onenet" });
  const made = await call("PUT", "/api/v1/intakes/city", { body: { format: "onenet" } });
  expect(made.body).toEqual({ intakeId: "city", format: "onenet", secret: "made" });
});

test("a secret is made anew where that is said, and not together with one that is given", async () => {
  const { call, doubles } = await setUp();
  const body = { format: "onenet", rotateSecret: true };
  const made = await call("PUT", "/api/v1/intakes/city", { body });
  expect(made.body).toMatchObject({ secret: "made" });
  expect(doubles.asked.at(-1)).toMatchObject({ with: { wish: { rotateSecret: true } } });
  const both = { ...body, secret: "tokenOfTheCity000" };
  const refused = await call("PUT", "/api/v1/intakes/city", { body: both });
  expect([refused.status, refused.body.code]).toEqual([400, "REQUEST_INVALID"]);
  expect(refused.body.message).toContain("rotateSecret");
});
