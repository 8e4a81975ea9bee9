/**
 * `gridwarden rules backtest`: asks a running platform what a rule would have raised on stored
 * readings, with changes or without. Progress goes to stderr, a table to stdout: the rule that
 * stands beside the one that is tried.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Severity } from "../model/rule.ts";
import { checkedOptions, say, tellFault, UsageError } from "./command-faults.ts";

const HELP = `gridwarden rules backtest --rule RULE --from TIME --to TIME [options]

  --rule RULE               the rule's id: manhole-cover.tilt
  --from TIME, --to TIME    ISO 8601 with offset, or milliseconds since 1970; --to is exclusive
  --set PATH=VALUE          a change to the rule that stands, again and again:
                            --set condition.raise=15 --set onDelayMs=60000
  --rule-file F             the whole rule as JSON, in place of the one that stands
  --asset ID                this asset alone; again and again
  --api URL                 the platform (http://127.0.0.1:8080)
  --user NAME               who signs in (admin)
  --admin-password TEXT     or GRIDWARDEN_ADMIN_PASSWORD in the environment, or
  --admin-password-file F   (./data/admin-password)
  --token TEXT              in place of a sign-in
  --list N                  alarms of each list that are shown (10)
  --json                    the answer as it came
`;

const EXIT_FAILED = 1;
const PROGRESS_WALL_MS = 1_000;
/** So much of an answer that is not the platform's is shown. */
const FOREIGN_TEXT_MAX = 200;

interface TriedAlarm {
  deviceId: string;
  assetId: string;
  severity: string;
  raisedAt: string;
  returnedAt?: string;
  evidence?: { measurement: string; value: number };
}

interface Side {
  alarmCount: number;
  assetsWithAlarms: number;
  casesCount: number;
  ordersPerDay: { mean: number; max: number };
  bySeverity: Record<string, number>;
}

interface BacktestShown {
  ruleId: string;
  from: string;
  to: string;
  assets: number;
  devices: number;
  readings: number;
  candidate: Side;
  present?: Side;
  onlyCandidate: TriedAlarm[];
  onlyCandidateCount: number;
  onlyPresent: TriedAlarm[];
  onlyPresentCount: number;
}

/** Answers the exit code. */
export async function runRules(args: readonly string[]): Promise<number> {
  try {
    const [command, ...rest] = args;
    if (command === undefined || command === "--help") return say(HELP);
    if (command !== "backtest") throw new UsageError(`there is no command 'rules ${command}'`);
    const options = readOptions(rest);
    if (options.help) return say(HELP);
    const found = await backtest(options);
    return say(
      options.json ? `${JSON.stringify(found, null, 2)}\n` : tableOf(found, Number(options.list)),
    );
  } catch (error) {
    return tellFault(error, { name: "rules", help: HELP, exitCode: EXIT_FAILED });
  }
}

type Options = ReturnType<typeof readOptions>;

function readOptions(args: readonly string[]) {
  return checkedOptions(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rule: { type: "string" },
        from: { type: "string" },
        to: { type: "string" },
        set: { type: "string", multiple: true, default: [] },
        "rule-file": { type: "string" },
        asset: { type: "string", multiple: true },
        api: { type: "string", default: "http://127.0.0.1:8080" },
        user: { type: "string", default: "admin" },
        "admin-password": { type: "string" },
        "admin-password-file": { type: "string", default: "./data/admin-password" },
        token: { type: "string" },
        list: { type: "string", default: "10" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    const missing = (["rule", "from", "to"] as const).filter((name) => values[name] === undefined);
    if (missing.length > 0 && !values.help) {
      throw new Error(`missing: ${missing.map((name) => `--${name}`).join(", ")}`);
    }
    if (!/^\d+$/.test(values.list)) {
      throw new Error(`--list: got '${values.list}', wanted a whole number`);
    }
    return values;
  });
}

async function backtest(options: Options): Promise<BacktestShown> {
  const token = options.token ?? (await signIn(options));
  const { rule: ruleId = "", from, to, asset } = options;
  const rule = await changedRule(options, token);
  const response = await ask(options, `/api/v1/rules/${encodeURIComponent(ruleId)}/backtest`, {
    token,
    accept: "text/event-stream",
    body: {
      ...{ from, to },
      ...(rule === undefined ? {} : { rule }),
      ...(asset === undefined ? {} : { assetIds: asset }),
    },
  });
  let toldAt = 0;
  for await (const { event, data } of eventsOf(response)) {
    if (event === "result") return data as unknown as BacktestShown;
    if (event === "error") throw new Error(`${data.code}: ${data.message}`);
    if (performance.now() - toldAt < PROGRESS_WALL_MS) continue;
    toldAt = performance.now();
    process.stderr.write(
      `devices ${data.devicesDone} of ${data.devices}, readings ${Number(data.readings).toLocaleString("en")}\n`,
    );
  }
  throw new Error("the platform ended the stream without a result");
}

async function signIn(options: Options): Promise<string> {
  const { user: username, "admin-password-file": file } = options;
  let password = options["admin-password"] ?? process.env.GRIDWARDEN_ADMIN_PASSWORD;
  try {
    password ??= readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new UsageError(
      `the password of '${username}' is not known: give --admin-password, --admin-password-file or --token; '${file}' cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
  const response = await ask(options, "/api/v1/login", { body: { username, password } });
  return ((await response.json()) as { token: string }).token;
}

/** Undefined where nothing is changed. */
async function changedRule(options: Options, token: string): Promise<object | undefined> {
  const { "rule-file": file, rule: ruleId = "", set } = options;
  if (file === undefined && set.length === 0) return undefined;
  const given: Record<string, unknown> =
    file === undefined
      ? ((await (
          await ask(options, `/api/v1/rules/${encodeURIComponent(ruleId)}`, { token })
        ).json()) as Record<string, unknown>)
      : readRuleFile(file);
  const { ruleId: _inAddress, version: _theirs, ...rule } = given;
  for (const change of set) applyChange(rule, change);
  return rule;
}

function readRuleFile(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`--rule-file '${file}' cannot be read (${code})`);
  }
  const rule = readValue(text);
  if (typeof rule === "object" && rule !== null && !Array.isArray(rule)) {
    return rule as Record<string, unknown>;
  }
  throw new UsageError(`--rule-file '${file}' is no JSON object`);
}

/** `condition.raise=15`: the value is JSON where it reads as such, else text. */
function applyChange(rule: Record<string, unknown>, change: string): void {
  const [, path = "", text = ""] = /^([^=]+)=(.*)$/s.exec(change) ?? [];
  const names = path.split(".");
  const last = names.pop();
  if (last === undefined || last === "") {
    throw new UsageError(`--set '${change}' is not PATH=VALUE, such as condition.raise=15`);
  }
  let place = rule;
  for (const name of names) {
    const next = Object.hasOwn(place, name) ? place[name] : undefined;
    if (typeof next !== "object" || next === null) {
      throw new UsageError(`--set '${change}': the rule has no '${name}' to change something in`);
    }
    place = next as Record<string, unknown>;
  }
  place[last] = readValue(text);
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function ask(
  { api }: Options,
  path: string,
  more: { token?: string; accept?: string; body?: unknown },
): Promise<Response> {
  const { token, accept, body } = more;
  const response = await fetch(new URL(path, api), {
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(accept === undefined ? {} : { accept }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  }).catch((error: Error) => {
    const why = (error.cause as Error | undefined)?.message ?? error.message;
    throw new Error(`the platform at '${api}' does not answer: ${why}`);
  });
  if (response.ok) return response;
  const text = await response.text();
  const answer = readValue(text) as { code?: string; message?: string } | null;
  // A proxy in between has its own words.
  if (answer?.code === undefined) {
    const start = text.slice(0, FOREIGN_TEXT_MAX);
    throw new Error(`the platform at '${api}' answered ${response.status}: ${start}`);
  }
  throw new Error(`${answer.code}: ${answer.message}`);
}

async function* eventsOf(
  response: Response,
): AsyncGenerator<{ event: string; data: Record<string, unknown> }> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1] ?? "";
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) yield { event, data: JSON.parse(data) };
    }
  }
}

function tableOf(found: BacktestShown, listed: number): string {
  const { candidate, present } = found;
  const row = (what: string, of: (side: Side) => string | number): string[] => [
    what,
    present === undefined ? "-" : String(of(present)),
    String(of(candidate)),
  ];
  const rows = [
    ["", "as it stands", "as tried"],
    row("alarms", (side) => side.alarmCount),
    row("assets with alarms", (side) => side.assetsWithAlarms),
    row("cases", (side) => side.casesCount),
    row("orders a day, mean", (side) => side.ordersPerDay.mean.toFixed(2)),
    row("orders a day, most", (side) => side.ordersPerDay.max),
    ...[...Severity.options]
      .reverse()
      .map((severity) => row(severity, (side) => side.bySeverity[severity] ?? 0)),
    [
      "alarms that the other has not",
      String(found.onlyPresentCount),
      String(found.onlyCandidateCount),
    ],
  ];
  return [
    `${found.ruleId}, ${found.from} to ${found.to}`,
    `${found.assets} assets, ${found.devices} devices, ${found.readings.toLocaleString("en")} readings`,
    "",
    ...aligned(rows),
    ...listOf("only as tried", found.onlyCandidate, listed),
    ...listOf("only as it stands", found.onlyPresent, listed),
    "",
  ].join("\n");
}

function aligned(rows: readonly string[][]): string[] {
  const width = (column: number): number =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map(([what = "", present = "", tried = ""]) =>
    [what.padEnd(width(0)), present.padStart(width(1)), tried.padStart(width(2))].join("  "),
  );
}

function listOf(title: string, alarms: readonly TriedAlarm[], listed: number): string[] {
  if (alarms.length === 0 || listed < 1) return [];
  const lines = alarms.slice(0, listed).map(({ raisedAt, returnedAt, evidence, ...alarm }) => {
    const why = evidence === undefined ? "" : `  ${evidence.measurement} ${evidence.value}`;
    return `  ${raisedAt}  until ${returnedAt ?? "the end"}  ${alarm.assetId}  ${alarm.deviceId}  ${alarm.severity}${why}`;
  });
  return ["", `${title}, the newest:`, ...lines];
}
