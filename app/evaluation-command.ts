/**
 * `gridwarden evaluation recompute`: the evaluation of a period anew, out of the history alone in the
 * database of a platform, which may be running. Nothing that the platform has counted is
 * believed; the chain of the period's records is walked along, and a fault named beside the figures.
 */
import { parseArgs } from "node:util";
import { createEvaluations } from "../cases/cases.ts";
import { EvaluationSubject, evaluationView } from "../model/evaluation.ts";
import { timeZone } from "../model/local-time.ts";
import { readPeople } from "../registry/registry.ts";
import { type DatabasePlace, readCityDatabase } from "./city-database.ts";
import { checkedOptions, say, tellFault, UsageError } from "./command-faults.ts";

const HELP = `gridwarden evaluation recompute --period P [options]

  --period P       2026-W47, 2026-11, 2026-Q4 or 2026
  --subject S      ${EvaluationSubject.options.join(", ")} (unit)
  --model M        A, B or one of the city's own (B)
  --as-of TIME     what came later does not count, ISO 8601 with offset; now, where the period is
                   not over. The running platform's answer says its own as 'asOf'
  --data-dir D     a data folder with its embedded database; otherwise the settings say where it
                   lies (GRIDWARDEN_DATA_DIR, ./data; GRIDWARDEN_DATABASE_URL); the platform may
                   be running

  Prints the answer of GET /api/v1/evaluation as JSON.
  Exit code: 0 verified, 1 not verified, 2 it could not be computed, 64 wrong options.
`;

const EXIT_UNVERIFIED = 1;
const EXIT_NOT_COMPUTED = 2;

interface Settings extends DatabasePlace {
  timeZone: string;
  areaCode: string;
}

/** Answers the exit code. */
export async function runEvaluation(
  args: readonly string[],
  settings: () => Settings,
): Promise<number> {
  try {
    const [command, ...rest] = args;
    if (command === undefined || command === "--help") return say(HELP);
    if (command !== "recompute") {
      throw new UsageError(`there is no command 'evaluation ${command}'`);
    }
    const options = readOptions(rest);
    if (options === "help") return say(HELP);
    const answer = await recompute(options, settings());
    return say(`${JSON.stringify(answer)}\n`, answer.verified ? 0 : EXIT_UNVERIFIED);
  } catch (error) {
    return tellFault(error, { name: "evaluation", help: HELP, exitCode: EXIT_NOT_COMPUTED });
  }
}

type Options = Exclude<ReturnType<typeof readOptions>, "help">;

function readOptions(args: readonly string[]) {
  return checkedOptions(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        period: { type: "string" },
        subject: { type: "string", default: "unit" },
        model: { type: "string", default: "B" },
        "as-of": { type: "string" },
        "data-dir": { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return "help";
    const { period } = values;
    if (period === undefined)
      throw new Error("--period: wanted 2026-W47, 2026-11, 2026-Q4 or 2026");
    return {
      period,
      subject: oneOf("--subject", EvaluationSubject, values.subject),
      model: values.model,
      now: timeOf(values["as-of"]),
      directory: values["data-dir"],
    };
  });
}

function oneOf<T extends string>(
  name: string,
  { options }: { options: readonly T[] },
  got: string,
): T {
  const found = options.find((option) => option === got);
  if (found !== undefined) return found;
  throw new Error(`${name}: got '${got}', wanted one of ${options.join(", ")}`);
}

function timeOf(text: string | undefined): number {
  const at = text === undefined ? Date.now() : Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new Error(`--as-of: got '${text}', wanted ISO 8601 with offset: 2026-11-22T08:30:00+08:00`);
}

async function recompute(options: Options, settings: Settings) {
  const { now, directory, ...query } = options;
  const place = directory === undefined ? settings : { dataDirectory: directory };
  const zone = timeZone(settings.timeZone);
  const { sql, close } = readCityDatabase(place);
  try {
    const people = await readPeople(sql);
    const deps = { zone, areaCode: settings.areaCode, people: () => people };
    return evaluationView(await createEvaluations(deps).recompute(sql, query, now), zone);
  } finally {
    await close();
  }
}
