import { expect, test } from "vitest";
import { createGate } from "./gate.ts";

/** Work that ends when it is told to. */
function held() {
  let release = (): void => {};
  const ended = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { work: () => ended, release };
}

test("so many run, so many wait in order, the next is refused; whoever ends lets one in", async () => {
  const gate = createGate("photos", 1, 1);
  const [first, second] = [held(), held()];
  const running = gate.run(first.work);
  let hasBegun = false;
  const waiting = gate.run(() => {
    hasBegun = true;
    return second.work();
  });
  await expect(gate.run(async () => {})).rejects.toMatchObject({
    code: "RATE_LIMITED",
    message: expect.stringContaining("photos: 1 run and 1 wait"),
    details: { retryAfterS: 5 },
  });
  expect(hasBegun).toBe(false);
  first.release();
  await running;
  await expect.poll(() => hasBegun).toBe(true);
  second.release();
  await waiting;
  expect(await gate.run(async () => "in")).toBe("in");
});

test("work that fails gives its place back", async () => {
  const gate = createGate("photos", 1, 0);
  const failing = gate.run(() => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(await gate.run(async () => "in")).toBe("in");
});
