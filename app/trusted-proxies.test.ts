import { expect, test } from "vitest";
import { TrustedProxies } from "./trusted-proxies.ts";

test.each([
  ["127.0.0.1", ["127.0.0.1"]],
  ["127.0.0.1, ::1,172.16.0.0/12", ["127.0.0.1", "::1", "172.16.0.0/12"]],
  ["fd00::/8", ["fd00::/8"]],
])("'%s' names proxies", (text, proxies) => {
  expect(TrustedProxies.parse(text)).toEqual(proxies);
});

test.each([
  ["nginx", "nginx"],
  ["127.0.0.1,", ""],
  ["10.0.0.0/33", "10.0.0.0/33"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["10.0.0.0/8/8", "10.0.0.0/8/8"],
  ["fe80::1%eth0", "fe80::1%eth0"],
])("'%s' is refused for '%s'", (text, wrong) => {
  const messages = TrustedProxies.safeParse(text).error?.issues.map(({ message }) => message);
  expect(messages).toEqual([
    `'${wrong}' is neither an address nor a network; write 127.0.0.1,172.16.0.0/12`,
  ]);
});
