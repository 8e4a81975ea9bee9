/**
 * Reporters are asked by the channel of their report: what the cases want asked goes out as a message with
 * the link of the question, each once. The place up to which this was done lies beside the messages and moves in
 * their transaction, so a crash asks nobody twice and forgets nobody.
 */
import type { Cases } from "../cases/cases.ts";
import { type Clock, MINUTE_MS, type Timer } from "../model/clock.ts";
import type { Database, Migration, Sql } from "../model/database.ts";
import type { Log } from "../model/log.ts";
import type { QuestionToSend } from "../model/question.ts";
import type { ChannelBook, Reaching } from "../notify/notify.ts";

export const askingMigrations: readonly Migration[] = [
  {
    id: "app-0002-asked",
    statements: [
      "create table asked_cursor (id integer primary key check (id = 1), position bigint not null)",
    ],
  },
];

interface Deps {
  clock: Clock;
  log: Log;
  database: Database;
  questions: Pick<Cases["sources"]["questions"], "toSend">;
  reaching: Pick<Reaching, "say" | "kick">;
  citizens: ChannelBook["citizens"];
}

const LOOK_EVERY_MS = MINUTE_MS / 6;
const AT_ONCE = 100;

export function createAsking(deps: Deps): {
  start(): void;
  stop(): Promise<void>;
  look(): Promise<void>;
} {
  const { clock, log, database, questions, reaching, citizens } = deps;
  let timer: Timer | undefined;
  let looking: Promise<void> | undefined;

  async function askSome(tx: Sql): Promise<number> {
    const now = clock.now();
    const row = await tx.get<{ position: number }>(
      "select position from asked_cursor where id = 1",
    );
    const page = { after: row?.position ?? 0, limit: AT_ONCE };
    const found = await questions.toSend(tx, page, now);
    for (const question of found) await ask(tx, question, now);
    const last = found.at(-1);
    if (last === undefined) return 0;
    await tx.run(
      `insert into asked_cursor (id, position) values (1, ?)
       on conflict (id) do update set position = excluded.position`,
      [last.position],
    );
    return found.length;
  }

  async function ask(tx: Sql, question: QuestionToSend, now: number): Promise<void> {
    const point = pointOf(question);
    if (citizens === undefined || point === undefined) return;
    const { questionId, caseNo, publicNo, token } = question;
    const { publicUrl, quietHours } = citizens;
    const link = `${publicUrl.replace(/\/+$/, "")}/public/reports/${publicNo}?t=${token}`;
    await reaching.say(
      tx,
      {
        ...{ caseNo, step: `question.${questionId}`, n: 0, isCall: false, lifeSafety: false },
        person: {
          ...{ kind: "reporter", id: questionId },
          contacts: { points: [point], ...(quietHours !== undefined && { quietHours }) },
        },
        body: bodyOf(publicNo, link),
      },
      now,
    );
  }

  function pointOf({ phone, email }: QuestionToSend) {
    if (phone !== undefined && citizens?.sms !== undefined) {
      return { channelId: citizens.sms, to: phone };
    }
    if (email !== undefined && citizens?.email !== undefined) {
      return { channelId: citizens.email, to: email };
    }
    return undefined;
  }

  async function lookOnce(): Promise<void> {
    let count = AT_ONCE;
    while (count === AT_ONCE) count = await database.transaction(askSome);
    reaching.kick();
  }

  function look(): Promise<void> {
    looking ??= lookOnce()
      .catch((error: unknown) => {
        log.warn("reporters could not be asked; it is tried again", { error: String(error) });
      })
      .finally(() => {
        looking = undefined;
      });
    return looking;
  }

  return {
    start() {
      if (citizens === undefined) return;
      timer = clock.every(LOOK_EVERY_MS, () => void look());
      void look();
    },
    async stop() {
      timer?.cancel();
      await looking;
    },
    look,
  };
}

function bodyOf(publicNo: string, link: string) {
  return {
    title: "您反映的问题已办结 / Your report is closed",
    text: `编号 ${publicNo}，是否已解决？请评价：${link}\nReport ${publicNo}: is it solved? ${link}`,
    isDrill: false,
    fields: { publicNo, link },
  };
}
