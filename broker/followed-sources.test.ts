/** What is remembered of the topics that are followed at another broker, whatever that answers. */
import type { MqttClient } from "mqtt";
import { expect, test } from "vitest";
import { silentLog } from "../model/log.ts";
import { createFollowedSources } from "./followed-sources.ts";

function setUp(known: readonly string[]) {
  const asked: string[] = [];
  const answers: ((error?: Error) => void)[] = [];
  const world = { wanted: [] as string[], kept: known, asked, answers };
  const client = {
    subscribe: (filters: string[]) => void asked.push(`+ ${filters.join(" ")}`),
    unsubscribe: (filters: string[], done: (error?: Error) => void) => {
      asked.push(`- ${filters.join(" ")}`);
      answers.push(done);
    },
  };
  const sources = createFollowedSources({
    wanted: () => world.wanted,
    kept: {
      read: () => world.kept,
      write: (filters) => {
        world.kept = filters;
      },
    },
    log: silentLog,
  });
  return { world, follow: () => sources.follow(client as unknown as MqttClient) };
}

test("what is given up is remembered until the broker has acknowledged it", () => {
  const { world, follow } = setUp(["old/+"]);
  world.wanted = ["new/+"];
  follow();
  expect(world.asked).toEqual(["- old/+", "+ new/+"]);
  expect(world.kept).toEqual(["old/+", "new/+"]);
  world.answers[0]?.(new Error("connection closed"));
  expect(world.kept).toEqual(["old/+", "new/+"]);
  follow();
  expect(world.asked.slice(2)).toEqual(["- old/+", "+ new/+"]);
  world.answers[1]?.();
  expect(world.kept).toEqual(["new/+"]);
});

test("a topic that comes back while the broker answers stays followed", () => {
  const { world, follow } = setUp(["acme/+"]);
  follow();
  world.wanted = ["acme/+"];
  follow();
  world.answers[0]?.();
  expect(world.asked).toEqual(["- acme/+", "+ acme/+"]);
  expect(world.kept).toEqual(["acme/+"]);
  world.wanted = [];
  follow();
  world.answers[1]?.();
  expect(world.kept).toEqual([]);
});
