/** A decoder against its own examples: what each says, and where it answers something else. */
import { createHash } from "node:crypto";
import {
  bytesOf,
  type Decoder,
  type ExampleRun,
  type ScriptDecoder,
  type ScriptExample,
  type ScriptInput,
  type TableExample,
} from "../../model/decoder.ts";
import { compareTrees } from "../mapping/compare-trees.ts";
import type { MappingOf } from "../mapping/payload-reader.ts";
import type { RunScripts } from "../script-rounds.ts";
import type { ScriptAnswer } from "./script-ask.ts";

/** In their order; empty differences where it answers as the example says. */
export async function runExamples(
  decoder: Decoder,
  { run, mappingOf }: { run: RunScripts; mappingOf: MappingOf },
): Promise<ExampleRun[]> {
  if (decoder.kind === "table") {
    const examples = decoder.examples ?? [];
    return examples.map((example) => runTable(example, mappingOf(decoder, example.class)));
  }
  const examples = decoder.examples ?? [];
  const inputs = examples.map(({ input }) => scriptInputOf(input));
  const answers = await runAll(run, decoder, inputs);
  return examples.map(({ name, output }, index) => ({
    name,
    differences: compareTrees(wantedOf(output), gotOf(answers[index])),
  }));
}

/** What is only tried is known by its text: no version of a kept decoder is meant. */
function triedIdOf(script: string): string {
  return `tried-${createHash("sha256").update(script).digest("hex")}`;
}

export async function runAll(
  run: RunScripts,
  { script: source }: Pick<ScriptDecoder, "script">,
  inputs: readonly object[],
): Promise<readonly ScriptAnswer[]> {
  if (inputs.length === 0) return [];
  const about = { decoderId: triedIdOf(source), version: 1, source, call: "decodeUplink" } as const;
  return await run(inputs.map((input) => ({ ...about, input })));
}

export function scriptInputOf(said: ScriptInput): object {
  return { ...said, bytes: [...bytesOf(said)], fPort: said.fPort ?? 0 };
}

function runTable({ name, input, output }: TableExample, apply: ReturnType<MappingOf>): ExampleRun {
  const { values } = apply(input);
  const got = Object.fromEntries(values.map(({ measurement, value }) => [measurement, value]));
  return { name, differences: compareTrees(output, got) };
}

/** Vendors write an example of an error with whatever text; that there is one is what counts. */
function wantedOf({ data, errors, warnings }: ScriptExample["output"]): object {
  if (errors !== undefined && errors.length > 0) return { errors: true };
  return { data, ...(warnings !== undefined && warnings.length > 0 && { warnings }) };
}

function gotOf(answer: ScriptAnswer | undefined): object {
  if (answer === undefined) return { fault: "it never answered" };
  if (answer.kind === "fault") return { fault: `${answer.reason}: ${answer.text}` };
  if (answer.kind === "errors") return { errors: true };
  return { data: answer.output, ...(answer.warnings.length > 0 && { warnings: answer.warnings }) };
}
