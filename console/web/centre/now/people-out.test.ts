import { expect, test } from "vitest";
import { peopleOut } from "./people-out.ts";

const NOW = Date.UTC(2026, 10, 27, 3);
const position = (minutesAgo: number) => ({
  lon: 115.4,
  lat: 31.8,
  at: new Date(NOW - minutesAgo * 60_000).toISOString(),
});
const startedAt = new Date(NOW - 3_600_000).toISOString();

test("the map shows crews and inspectors where they were lately, and nobody where he was long ago", () => {
  const crews = [
    { name: "A", position: position(15) },
    { name: "B", position: position(16) },
    { name: "C" },
  ];
  const inspectors = [
    { username: "hu", patrol: { startedAt, position: position(1) } },
    { username: "lin", patrol: { startedAt, position: position(20) } },
    { username: "mo", patrol: { startedAt } },
    { username: "zhao" },
  ] as unknown as Parameters<typeof peopleOut>[1];
  expect(peopleOut(crews, inspectors, NOW).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    "crew A",
    "inspector hu",
  ]);
});
