import { expect, test } from "vitest";
import { callerOf } from "./caller.ts";

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:0001:0002::9", "2001:db8:1:2::/64"],
  ["2001:db8::9", "2001:db8:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["64:ff9b::203.0.113.7", "64:ff9b:0:0::/64"],
  ["2001:db8:1:2::", "2001:db8:1:2::/64"],
])("%s calls as %s", (address, caller) => {
  expect(callerOf(address)).toBe(caller);
});

test.each(["all", "", "127.0.0.1:5555", "a:b:nobody"])("'%s' is its own caller", (text) => {
  expect(callerOf(text)).toBe(text);
});
