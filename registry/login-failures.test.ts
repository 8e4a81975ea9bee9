import { expect, test } from "vitest";
import { createLoginFailures } from "./login-failures.ts";

const limits = { failuresMax: 3, windowMs: 1_000 };

test("after so many failures one waits until the window is over", () => {
  const failures = createLoginFailures(limits);
  for (let n = 0; n < 3; n++) {
    expect(failures.waitMs("ann", "10.0.0.1", 100)).toBe(0);
    failures.failed("ann", "10.0.0.1", 100);
  }
  expect(failures.waitMs("ann", "10.0.0.1", 600)).toBe(500);
  expect(failures.waitMs("ann", "10.0.0.1", 1_100)).toBe(0);
});

test("others, and the same one from elsewhere, do not wait", () => {
  const failures = createLoginFailures(limits);
  for (let n = 0; n < 3; n++) failures.failed("ann", "10.0.0.1", 0);
  expect(failures.waitMs("bob", "10.0.0.1", 1)).toBe(0);
  expect(failures.waitMs("ann", "10.0.0.2", 1)).toBe(0);
});

test("a success forgets the failures before it", () => {
  const failures = createLoginFailures(limits);
  for (let n = 0; n < 3; n++) failures.failed("ann", "10.0.0.1", 0);
  failures.succeeded("ann", "10.0.0.1");
  expect(failures.waitMs("ann", "10.0.0.1", 1)).toBe(0);
});

test("one line waits from all of its addresses, and nobody for a clock that was set back", () => {
  const failures = createLoginFailures(limits);
  for (let n = 1; n < 4; n++) failures.failed("ann", `2001:db8:1:2::${n}`, 5_000);
  expect(failures.waitMs("ann", "2001:db8:1:2::9", 5_500)).toBe(500);
  expect(failures.waitMs("ann", "2001:db8:1:3::9", 5_500)).toBe(0);
  expect(failures.waitMs("ann", "2001:db8:1:2::9", 100)).toBe(0);
  for (let n = 1; n < 4; n++) failures.failed("ann", "2001:db8:1:2::1", 100);
  expect(failures.waitMs("ann", "2001:db8:1:2::1", 200)).toBe(900);
});

test("of a name that has another password the failures are forgotten, from wherever, and of no other", () => {
  const failures = createLoginFailures(limits);
  for (const from of ["10.0.0.1", "10.0.0.2"]) {
    for (let n = 0; n < 3; n++) {
      failures.failed("ann", from, 0);
      failures.failed("joann", from, 0);
    }
  }
  failures.forget("ann");
  expect(["10.0.0.1", "10.0.0.2"].map((from) => failures.waitMs("ann", from, 1))).toEqual([0, 0]);
  expect(failures.waitMs("joann", "10.0.0.1", 1)).toBe(999);
});
