/**
 * A decoder tried before it is put: against its own examples, and on inputs or what a device sent. What a
 * script answers here is what it would answer in the pipeline; nothing is kept.
 */
import type { AssetClass } from "../../model/asset-class.ts";
import type { Instant } from "../../model/clock.ts";
import type {
  Decoder,
  ExampleRun,
  ScriptInput,
  TriedDecoder,
  TriedInput,
} from "../../model/decoder.ts";
import type { TimeZone } from "../../model/local-time.ts";
import { type AnswerRead, inputOf, readAnswer } from "../frame-answers.ts";
import { createMappingCache } from "../mapping/payload-reader.ts";
import { readTried } from "../mapping/read-tried.ts";
import { suggestMapping } from "../mapping/suggest-mapping.ts";
import type { RunScripts } from "../script-rounds.ts";
import type { Sent } from "../uplinks-of-device.ts";
import { runAll, runExamples, scriptInputOf } from "./decoder-examples.ts";

/** A tree that somebody decoded already is what a script would have answered. */
export type TrialInput = { receivedAt?: Instant } & ({ tree: unknown } | { frame: object });

export interface DecoderTrial {
  /** In their order; empty differences where it answers as the example says. */
  examples(decoder: Decoder): Promise<ExampleRun[]>;
  inputs(
    decoder: Decoder,
    inputs: readonly TrialInput[],
    assetClass: AssetClass | undefined,
  ): Promise<TriedDecoder>;
}

export function createDecoderTrial(deps: {
  classes: readonly AssetClass[];
  zone: TimeZone;
  run: RunScripts;
}): DecoderTrial {
  const { run } = deps;
  const mappingOf = createMappingCache(deps);
  return {
    examples: (decoder) => runExamples(decoder, { run, mappingOf }),
    async inputs(decoder, inputs, assetClass) {
      const answers = await answersTo(run, decoder, inputs);
      const apply = mappingOf(decoder, assetClass?.slug);
      const about = { mappings: decoder, apply, assetClass };
      const tried = inputs.map(({ receivedAt }, index): TriedInput => {
        const when = receivedAt === undefined ? {} : { receivedAt };
        const answer = answers[index];
        if (answer?.kind !== "tree") {
          return { ...when, values: [], faults: answer ? [answer.fault] : [], unmapped: [] };
        }
        const { tree, warnings } = answer;
        const said = warnings.length === 0 ? {} : { warnings: [...warnings] };
        return { ...when, tree, ...said, ...readTried(tree, about) };
      });
      return { inputs: tried, ...suggestionFor(tried, decoder, assetClass) };
    },
  };
}

export function trialOfFrame(said: ScriptInput): TrialInput {
  return { frame: scriptInputOf(said) };
}

export function trialOfSent({ receivedAt, frame, tree }: Sent): TrialInput {
  return frame === undefined ? { receivedAt, tree } : { receivedAt, frame: inputOf(frame) };
}

async function answersTo(
  run: RunScripts,
  decoder: Decoder,
  inputs: readonly TrialInput[],
): Promise<AnswerRead[]> {
  const frames = inputs.flatMap((input) => ("frame" in input ? [input.frame] : []));
  const answers = decoder.kind === "script" ? await runAll(run, decoder, frames) : [];
  let next = 0;
  return inputs.map((input) => {
    if (!("frame" in input)) return { kind: "tree", tree: input.tree, warnings: [] };
    const answer = answers[next];
    next += 1;
    return readAnswer(answer ?? UNANSWERED, decoder);
  });
}

const UNANSWERED = { kind: "unrun", text: "it never answered" } as const;

/** Of the first that was read, beside what is mapped already. */
function suggestionFor(
  tried: readonly TriedInput[],
  { mapping }: Decoder,
  assetClass: AssetClass | undefined,
): Pick<TriedDecoder, "suggestion"> {
  const tree = tried.find((each) => each.tree !== undefined)?.tree;
  if (tree === undefined || assetClass === undefined || mapping.elements !== undefined) return {};
  const suggestion = suggestMapping(tree, assetClass, mapping.fields);
  return suggestion.why.length === 0 ? {} : { suggestion };
}
