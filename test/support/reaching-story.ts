/**
 * One escalation as it was recorded: played second by second with a clock of its own, through a silent crew, a channel
 * that is down, a member who says no, another crew, and a lead who presses the key. Printed into docs/reaching.md by
 * `npx tsx test/support/reaching-story.ts`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  byWays,
  dispatchedCase,
  MONDAY,
  type ReachingWorld,
  startReachingWorld,
} from "../../bench/reaching-world.ts";
import type { Case } from "../../model/case.ts";

const BEGIN = "<!-- rendered by test/support/reaching-story.ts -->";
const END = "<!-- end of the story -->";

const PEOPLE = {
  "user:wang": byWays("app/wang", "sms/13900000001", "voice/13900000001"),
  "user:li": byWays("app/li", "voice/13900000002"),
  "user:zhao": byWays("sms/13900000003", "voice/13900000003"),
  "user:sun": byWays("voice/13900000004"),
};
const CREWS: Record<string, string> = { "drains-1": "user:wang", "drains-2": "user:li" };

interface Line {
  second: number;
  text: string;
}

async function play(): Promise<Line[]> {
  const world = await startReachingWorld({
    people: PEOPLE,
    levels: (who, { crewId = "" }) => {
      if (who === "crew") return [CREWS[crewId] ?? ""];
      return who === "lead" ? ["user:zhao"] : who === "department" ? ["user:sun"] : [];
    },
  });
  const lines: Line[] = [];
  const say = (text: string): void => {
    lines.push({ second: (world.clock.now() - MONDAY) / 1_000, text });
  };
  try {
    const theCase = dispatchedCase();
    say("the case is dispatched to crew `drains-1`; the channel `app` is down");
    world.manners.set("app", () => ({ kind: "failed", reason: "refused", isFinal: false }));
    await world.change(theCase);
    await world.pass(20);
    say("the channel `app` is up again");
    world.manners.delete("app");
    await world.pass(30);
    say("the dispatcher gives the order to crew `drains-2`");
    await world.change({ ...theCase, crewId: "drains-2" as NonNullable<Case["crewId"]> });
    await world.pass(5);
    say("`li` says no on his telephone");
    await answer(world, "li", "declined");
    await world.pass(20);
    say("`zhao` presses the key");
    await answer(world, "13900000003", "accepted");
    await world.pass(600);
    say("ten minutes later nobody else was called");
    const { messages } = await world.messages(theCase.caseNo);
    const told = messages.map(({ step, person, channelId, state, createdAt, sentAt }) => ({
      second: ((sentAt ?? createdAt) - MONDAY) / 1_000,
      text: `\`${step}\` to \`${person}\` by \`${channelId}\`: ${state}`,
    }));
    return [...lines, ...told].sort((a, b) => a.second - b.second);
  } finally {
    await world.stop();
  }
}

/** By the newest message that this number or name had. */
async function answer(
  world: ReachingWorld,
  to: string,
  state: "accepted" | "declined",
): Promise<void> {
  const last = world.sent.findLast((sent) => sent.to === to);
  if (last === undefined) throw new Error(`'${to}' was never called`);
  await world.receipt(last.channelId, { id: last.message.messageId, state });
}

/** The page with the story as the platform tells it now. */
export async function withStory(page: string): Promise<string> {
  const begin = page.indexOf(BEGIN) + BEGIN.length;
  const end = page.indexOf(END);
  const rows = (await play()).map(({ second, text }) => `| ${second} | ${text} |`);
  const table = ["| second | |", "| --- | --- |", ...rows].join("\n");
  return `${page.slice(0, begin)}\n\n${table}\n\n${page.slice(end)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = fileURLToPath(new URL("../../docs/reaching.md", import.meta.url));
  writeFileSync(page, await withStory(readFileSync(page, "utf8")));
}
