/**
 * The door to a lamp controller platform, over HTTP: asks it in turn for what its controllers told
 * since the last answer, and hands it commands. An answer is journaled whole before the place in its
 * sequence is kept, so that after a crash the same page comes again and is stored once. An answer
 * that is too long is asked for by halves, down to one report; one that is longer than an uplink may be
 * is told and passed over. An answer that is cut off or no page at all moves nothing; the next try
 * waits, longer each time.
 */
import type { SendFate } from "../commands/commands.ts";
import { type Clock, SECOND_MS, type Timer } from "../model/clock.ts";
import { commandNote } from "../model/command-notes.ts";
import type { Database, Migration } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { AcceptUplink } from "../model/uplink.ts";

export const lampPlatformMigrations: readonly Migration[] = [
  {
    id: "registry-0061-lamp-platform",
    statements: [
      // Of another address the place means nothing.
      "create table lamp_platform_place (url text primary key, place text not null)",
    ],
  },
];

export type LampPlatform = ReturnType<typeof createLampPlatform>;

const TOPIC = "intake/lamp-platform/poll";
const SENDER = "lamp-platform";
const POLL_MS = 30 * SECOND_MS;
const RETRY_MS_MIN = 5 * SECOND_MS;
const PAGE_REPORTS_MAX = LIMITS.uplinkElementsMax;
const TOO_LONG = "its answer is too long";
const PLACE_LENGTH_MAX = 500;
const SHOWN_LENGTH_MAX = 200;
const HALF_A_PAIR = /\p{Cs}/u;

export function createLampPlatform(
  deps: {
    clock: Clock;
    log: Log;
    metrics: Metrics;
    database: Database;
    accept: AcceptUplink;
  },
  options: { url: string; token?: string | undefined; pollMs?: number },
) {
  const { clock, database, accept } = deps;
  const { url, token, pollMs = POLL_MS } = options;
  const log = deps.log.of("lamp-platform");
  const base = url.endsWith("/") ? url : `${url}/`;
  const polls = deps.metrics.counter(
    "gridwarden_lamp_platform_polls_total",
    "Questions to the lamp platform, by how they ended.",
    ["result"],
  );
  const passedOver = deps.metrics.counter(
    "gridwarden_lamp_platform_passed_over_total",
    "Reports and results of the lamp platform that are longer than an uplink may be.",
  );
  /** Of reports in an answer; halved where answers are too long, doubled while they are not. */
  let limit: number = PAGE_REPORTS_MAX;
  let place: string | undefined;
  let failures = 0;
  let isUp = false;
  let isStopped = false;
  let polling: Promise<void> | undefined;
  let timer: Timer | undefined;

  /** `bytes` are absent where there are more. */
  async function call(
    path: string,
    { body, bytesMax = LIMITS.lampPlatformAnswerBytesMax }: { body?: string; bytesMax?: number },
  ): Promise<{ status: number; bytes: Buffer | undefined }> {
    const response = await fetch(new URL(path, base), {
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body }),
      redirect: "error",
      signal: AbortSignal.timeout(LIMITS.lampPlatformAnswerMsMax),
    });
    return { status: response.status, bytes: await boundedBytes(response, bytesMax) };
  }

  /** Answers whether there is more to ask for at once. @throws Error */
  async function pollOnce(): Promise<boolean> {
    const from = place === undefined ? "" : `&cursor=${encodeURIComponent(place)}`;
    // Of a page that cannot be smaller all is read, so that it can be passed.
    const bytesMax = limit === 1 ? LIMITS.lampPlatformReportBytesMax : undefined;
    const { status, bytes } = await call(
      `reports?limit=${limit}${from}`,
      bytesMax === undefined ? {} : { bytesMax },
    );
    if (bytes === undefined) return askForLess();
    if (status !== 200) throw new Error(`it answered ${status}: ${shown(bytes)}`);
    const page = readPage(bytes);
    if (page.isMore && page.next === place) throw new Error("it has more, under the same cursor");
    const { uplinks, tooLong } = uplinksOf(page, bytes);
    for (const payload of uplinks) await journaled(payload);
    tell(tooLong);
    if (page.next !== place) await keepPlace(page.next);
    limit = Math.min(PAGE_REPORTS_MAX, limit * 2);
    return page.isMore;
  }

  function askForLess(): true {
    if (limit === 1) {
      const { lampPlatformReportBytesMax: max } = LIMITS;
      throw new Error(`${TOO_LONG}: more than ${max} bytes, though one report was asked for`);
    }
    limit = Math.floor(limit / 2);
    log.warn("an answer of the lamp platform is too long; it is asked for less", { limit });
    return true;
  }

  function tell(tooLong: readonly string[]): void {
    if (tooLong.length === 0) return;
    passedOver.add(tooLong.length);
    log.error("the lamp platform told what is longer than an uplink may be; it is passed over", {
      count: tooLong.length,
      first: tooLong[0]?.slice(0, SHOWN_LENGTH_MAX),
      bytesMax: LIMITS.lampPlatformAnswerBytesMax,
    });
  }

  function journaled(payload: Buffer): Promise<void> {
    const receivedAt = clock.now();
    const uplink = { source: "http", sender: SENDER, topic: TOPIC, payload, receivedAt } as const;
    return new Promise((resolve, reject) => {
      accept(uplink, (error) => (error ? reject(error) : resolve()));
    });
  }

  async function keepPlace(next: string): Promise<void> {
    await database.transaction((tx) =>
      tx.run(
        `insert into lamp_platform_place (url, place) values (?, ?)
          on conflict (url) do update set place = excluded.place`,
        [base, next],
      ),
    );
    place = next;
  }

  async function poll(): Promise<void> {
    let delayMs = pollMs;
    try {
      while (await pollOnce()) if (isStopped) break;
      if (!isUp) log.info("the lamp platform answers");
      [isUp, failures] = [true, 0];
      polls.add(1, { result: "answered" });
    } catch (error) {
      delayMs = Math.min(LIMITS.lampPlatformRetryMsMax, RETRY_MS_MIN * 2 ** Math.min(failures, 20));
      failures += 1;
      isUp = false;
      polls.add(1, { result: "failed" });
      log.warn("the lamp platform could not be asked", {
        failures,
        delayMs,
        error: causeOf(error),
      });
    }
    polling = undefined;
    if (!isStopped) timer = clock.after(delayMs, begin);
  }

  function begin(): void {
    polling = poll();
  }

  return {
    /** It answered the last question. */
    isUp: () => isUp,
    /** @throws Error where it may take the command later */
    async command(path: string, payload: string): Promise<SendFate> {
      const { status, bytes } = await call(path, { body: payload }).catch((error) => {
        throw new Error(causeOf(error));
      });
      if (bytes === undefined) throw new Error(TOO_LONG);
      if (status >= 200 && status < 300) return { kind: "taken" };
      const why = commandNote("lamp-platform-declined", { status, said: shown(bytes) });
      if (isFinal(status)) return { kind: "refused", why };
      throw new Error(why);
    },
    async start(): Promise<void> {
      const row = await database.reader.get<{ place: string }>(
        "select place from lamp_platform_place where url = ?",
        [base],
      );
      place = row?.place;
      begin();
    },
    async stop(): Promise<void> {
      isStopped = true;
      timer?.cancel();
      await polling;
    },
  };
}

/** What is ours to mend (a wrong token) or passes by is no refusal of the command. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status);
}

interface Page {
  readonly reports: readonly unknown[];
  readonly results: readonly unknown[];
  readonly next: string;
  readonly isMore: boolean;
}

/** `{"reports": […], "results"?: […], "next": text, "more": boolean}`. @throws Error */
function readPage(bytes: Buffer): Page {
  const page: unknown = JSON.parse(bytes.toString("utf8"));
  if (typeof page !== "object" || page === null) throw new Error(`it answered ${shown(bytes)}`);
  const { reports, results = [], next, more } = page as Record<string, unknown>;
  if (!Array.isArray(reports) || !Array.isArray(results)) {
    throw new Error("its answer has no array 'reports'");
  }
  if (typeof next !== "string" || next === "" || next.length > PLACE_LENGTH_MAX) {
    throw new Error("its answer has no 'next', the cursor of the next question");
  }
  // The next question could not be written with it.
  if (HALF_A_PAIR.test(next))
    throw new Error("its 'next' is no text: it has half a surrogate pair");
  return { reports, results, next, isMore: more === true };
}

/**
 * As it came; in parts where one uplink may not carry it, the same each time that it comes. What is too
 * long for any is answered as it was told.
 */
function uplinksOf(
  { reports, results }: Page,
  bytes: Buffer,
): { uplinks: Buffer[]; tooLong: readonly string[] } {
  const count = reports.length + results.length;
  if (count === 0) return { uplinks: [], tooLong: [] };
  const isWhole = count <= PAGE_REPORTS_MAX && bytes.length <= LIMITS.lampPlatformAnswerBytesMax;
  if (isWhole) return { uplinks: [bytes], tooLong: [] };
  const [told, done] = [partsOf("reports", reports), partsOf("results", results)];
  return {
    uplinks: [...told.uplinks, ...done.uplinks],
    tooLong: [...told.tooLong, ...done.tooLong],
  };
}

function partsOf(name: string, all: readonly unknown[]) {
  const [uplinks, tooLong]: [Buffer[], string[]] = [[], []];
  const wrapBytes = Buffer.byteLength(`{"${name}":[]}`);
  let part: string[] = [];
  let length = wrapBytes;
  const end = (): void => {
    if (part.length > 0) uplinks.push(Buffer.from(`{"${name}":[${part.join(",")}]}`));
    [part, length] = [[], wrapBytes];
  };
  for (const each of all) {
    const text = JSON.stringify(each);
    const more = Buffer.byteLength(text) + 1;
    if (wrapBytes + more > LIMITS.lampPlatformAnswerBytesMax) {
      tooLong.push(text);
      continue;
    }
    const isFull = length + more > LIMITS.lampPlatformAnswerBytesMax;
    if (isFull || part.length === PAGE_REPORTS_MAX) end();
    part.push(text);
    length += more;
  }
  end();
  return { uplinks, tooLong };
}

/** Undefined where there are more. */
async function boundedBytes(response: Response, bytesMax: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function shown(bytes: Buffer): string {
  return `'${bytes.toString("utf8").slice(0, SHOWN_LENGTH_MAX)}'`;
}

function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
