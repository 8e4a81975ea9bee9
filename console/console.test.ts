import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { createConsole } from "./console.ts";
import { createDoubles } from "./doubles.ts";

test("it listens on a free port, stops twice without harm, and starts again", async () => {
  const { deps } = createDoubles();
  const door = createConsole(deps, { port: 0 });
  for (let round = 0; round < 2; round++) {
    const { port } = await door.start();
    const response = await fetch(`http://127.0.0.1:${port}/healthz`);
    expect(await response.json()).toMatchObject({ status: "ok", clock: null });
    await door.stop();
    await door.stop();
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  }
});

test("a port that is taken is an error of the start", async () => {
  const { deps } = createDoubles();
  const first = createConsole(deps, { port: 0, bind: "127.0.0.1" });
  const { port } = await first.start();
  const second = createConsole(deps, { port, bind: "127.0.0.1" });
  await expect(second.start()).rejects.toThrow(/EADDRINUSE/);
  await first.stop();
});

test("a stop lets a request finish, and waits for no connection on which nothing was asked", async () => {
  const { deps } = createDoubles();
  let finish: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    deps.metrics = () => {
      resolve();
      return new Promise((answer) => {
        finish = () => answer("slow 1\n");
      });
    };
  });
  const door = createConsole(deps, { port: 0, bind: "127.0.0.1" });
  const { port } = await door.start();
  const silent = connect(port, "127.0.0.1");
  await once(silent, "connect");
  const answer = fetch(`http://127.0.0.1:${port}/metrics`);
  await asked;
  const stopped = door.stop();
  finish();
  expect(await (await answer).text()).toBe("slow 1\n");
  await Promise.all([stopped, once(silent.resume(), "close")]);
});
