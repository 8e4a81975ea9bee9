import { expect, test } from "vitest";
import { setUp } from "./called-server.ts";

test.each([
  ["nobody's word by itself", undefined, "203.0.113.7", "127.0.0.1"],
  ["no other proxy's", ["10.0.0.0/8"], "203.0.113.7", "127.0.0.1"],
  ["the trusted proxy's", ["127.0.0.1"], "203.0.113.7", "203.0.113.7"],
  ["not what the client told that proxy", ["127.0.0.1"], "1.1.1.1, 203.0.113.7", "203.0.113.7"],
  ["a proxy's before it", ["127.0.0.1", "10.0.0.0/8"], "203.0.113.7, 10.1.2.3", "203.0.113.7"],
])("of X-Forwarded-For is believed %s", async (_what, trustedProxies, forwarded, from) => {
  const { call, doubles } = await setUp(trustedProxies === undefined ? {} : { trustedProxies });
  const headers = { "x-forwarded-for": forwarded };
  const body = { username: "guesser", password: "wrong" };
  await call("POST", "/api/v1/login", { as: "", body, headers });
  expect(doubles.asked).toContainEqual({ what: "login", with: { username: "guesser", from } });
});
