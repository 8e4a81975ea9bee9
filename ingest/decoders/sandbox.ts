/**
 * One QuickJS in which the scripts of many decoders are run, each call from the very bytes of memory
 * that its script left when it was read: nothing that a call does is there for the next. A call is
 * bounded in steps, not in time, so that it ends the same on every machine; the few things of the
 * engine that count no steps are for who runs this to end from outside.
 */
import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from "quickjs-emscripten-core";
import { LIMITS } from "../../model/limits.ts";
import { DOWNLINK_NAMES, GLOBALS, PRELUDE, UPLINK_NAMES } from "./prelude.ts";
import { type MemoryImage, openQuickJs, type QuickJsMemory } from "./quickjs-memory.ts";
import { MEMORY_TEXT, readAnswer, toldFault } from "./script-answer.ts";
import { faultOf, type ScriptAnswer, type ScriptAsk, type ScriptFault } from "./script-ask.ts";

/** A script that was read, or why it cannot be. */
export type ReadScript =
  | { readonly kind: "ready"; readonly image: MemoryImage; readonly calls: ReadonlySet<string> }
  | ScriptFault;

export interface Sandbox {
  readonly memory: QuickJsMemory;
  read(source: string): ReadScript;
  call(script: ReadScript, call: ScriptAsk["call"], input: unknown): ScriptAnswer;
}

/** The sandbox's own functions, of which the prelude is made. */
type Inner = Readonly<Record<"bind" | "start" | "finish" | "describe", QuickJSHandle>>;

/** A stop of the script's own, well before its stack is at its end. */
const STACK_BYTES_MAX = 192 * 1024;
const NAMES = { decodeUplink: UPLINK_NAMES, encodeDownlink: DOWNLINK_NAMES };

export async function createSandbox(): Promise<Sandbox> {
  const memory = await openQuickJs();
  const runtime = memory.quickjs.newRuntime({
    maxStackSizeBytes: STACK_BYTES_MAX,
    memoryLimitBytes: LIMITS.scriptReadMemoryBytesMax,
  });
  const steps = countSteps(runtime);
  const context = runtime.newContext();
  // Else it makes another one to count its memory in.
  runtime.context = context;
  const inner = openPrelude(context);
  const empty = memory.keep();
  if (empty === undefined) throw new Error("the sandbox has no room for its own prelude");

  const machine: Machine = { memory, runtime, context, inner, steps };
  return {
    memory,
    read(source) {
      memory.reopen(empty);
      return guarded(machine, () => readScript(machine, source));
    },
    call(script, call, input) {
      if (script.kind === "fault") return script;
      if (!NAMES[call].some((name) => script.calls.has(name))) {
        return faultOf("syntax", `the script has no ${NAMES[call].join(", ")}`);
      }
      const text = JSON.stringify(input) ?? "null";
      if (text.length > LIMITS.scriptInputLengthMax) {
        const limit = LIMITS.scriptInputLengthMax;
        return faultOf("memory", `the input has ${text.length} letters of JSON; limit ${limit}`);
      }
      memory.restore(script.image);
      return guarded(machine, () => callScript(machine, call, text));
    },
  };
}

interface Machine {
  memory: QuickJsMemory;
  runtime: QuickJSRuntime;
  context: QuickJSContext;
  inner: Inner;
  steps: Steps;
}

interface Steps {
  /** From here on there are so many. */
  allow(max: number): void;
  isOver(): boolean;
}

/** The engine asks each ten thousand of its calls and loops; that is one of these steps. */
function countSteps(runtime: QuickJSRuntime): Steps {
  let left = Number.POSITIVE_INFINITY;
  runtime.setInterruptHandler(() => {
    left -= 1;
    return left < 0;
  });
  return {
    allow(max) {
      left = max;
    },
    isOver: () => left < 0,
  };
}

function openPrelude(context: QuickJSContext): Inner {
  const made = context.unwrapResult(context.evalCode(PRELUDE, "prelude.js"));
  const inner = (name: string): QuickJSHandle => context.getProp(made, name);
  return {
    bind: inner("bind"),
    start: inner("start"),
    finish: inner("finish"),
    describe: inner("describe"),
  };
}

/** Whatever falls out of the engine is a fault of what ran; the next run begins from an image. */
function guarded<T>(machine: Machine, run: () => T | ScriptFault): T | ScriptFault {
  try {
    return run();
  } catch (error) {
    if (machine.steps.isOver()) return TIME;
    const text = error instanceof Error ? error.message : String(error);
    return faultOf("crashed", `the script brought the sandbox down: ${text}`);
  }
}

const TIME = faultOf("time", "the script did not come to an end in its number of steps");
const UNSETTLED = faultOf("unsettled", "the script answered a promise that nothing settles");

function readScript(machine: Machine, source: string): ReadScript {
  const { context, runtime, memory, steps } = machine;
  steps.allow(LIMITS.scriptReadStepsMax);
  const evaluated = evaluate(machine, source);
  if (evaluated.kind === "fault") return evaluated;
  const globals = context.evalCode(GLOBALS, "globals.js", { type: "global" });
  if (globals.error) return faultIn(machine, globals.error, "syntax");
  const bound = callInner(machine, "bind", [globals.value, evaluated.namespace]);
  if (bound.kind === "fault") return bound;
  const calls = new Set(context.getString(bound.value).split(" "));
  runtime.setMemoryLimit(bytesUsed(machine) + LIMITS.scriptMemoryBytesMax);
  const image = memory.keep();
  if (image === undefined) return faultOf("memory", READ_MEMORY_TEXT);
  return { kind: "ready", image, calls };
}

/** Told by an object of the script's own world, which may say anything; the free heap is the bound then. */
function bytesUsed({ context, runtime }: Machine): number {
  const used = context.getProp(runtime.computeMemoryUsage(), "memory_used_size");
  return Math.max(context.getNumber(used) || 0, 0);
}

const READ_MEMORY_TEXT = `reading the script took more than ${LIMITS.scriptReadMemoryBytesMax} bytes`;

type Evaluated = { kind: "evaluated"; namespace: QuickJSHandle } | ScriptFault;

/** As a script, and as a module where it says `import` or `export`. */
function evaluate(machine: Machine, source: string): Evaluated {
  const { context } = machine;
  const script = context.evalCode(source, "decoder.js", { type: "global" });
  if (!script.error) return { kind: "evaluated", namespace: context.undefined };
  const fault = faultIn(machine, script.error, "syntax");
  if (fault.reason !== "syntax" || !/\b(export|import)\b/.test(source)) return fault;
  const module = context.evalCode(source, "decoder.js", { type: "module" });
  if (module.error) return faultIn(machine, module.error, "syntax");
  const settled = settle(machine, module.value);
  if (settled.kind === "fault") return settled;
  return { kind: "evaluated", namespace: settled.value };
}

function callScript(machine: Machine, call: ScriptAsk["call"], text: string): ScriptAnswer {
  const { context, steps } = machine;
  steps.allow(LIMITS.scriptStepsMax);
  const name = context.newString(call);
  const started = callInner(machine, "start", [name, context.newString(text)]);
  if (started.kind === "fault") return started;
  if (context.typeof(started.value) === "string") {
    return readAnswer(context.getString(started.value), call);
  }
  const settled = settle(machine, started.value);
  if (settled.kind === "fault") return settled;
  const finished = callInner(machine, "finish", [name, settled.value]);
  if (finished.kind === "fault") return finished;
  return readAnswer(context.getString(finished.value), call);
}

type Got = { kind: "got"; value: QuickJSHandle } | ScriptFault;

function callInner(machine: Machine, name: keyof Inner, args: QuickJSHandle[]): Got {
  const { context, inner } = machine;
  const answer = context.callFunction(inner[name], context.undefined, ...args);
  if (answer.error) return faultIn(machine, answer.error, "threw");
  return { kind: "got", value: answer.value };
}

/** What a promise comes to when nothing but its own script's jobs is waited for. */
function settle(machine: Machine, value: QuickJSHandle): Got {
  const { context, runtime } = machine;
  if (context.getPromiseState(value).type === "pending") {
    const ran = runtime.executePendingJobs(LIMITS.scriptJobsMax);
    if (ran.error) return faultIn(machine, ran.error, "threw");
  }
  const state = context.getPromiseState(value);
  if (state.type === "pending") return UNSETTLED;
  if (state.type === "rejected") return faultIn(machine, state.error, "threw");
  return { kind: "got", value: state.value };
}

/** What an error says; reading it may run code of the script's, which is out of steps as before. */
function faultIn(machine: Machine, error: QuickJSHandle, reason: "threw" | "syntax"): ScriptFault {
  const { context, inner, steps } = machine;
  if (steps.isOver()) return TIME;
  const told = context.callFunction(inner.describe, context.undefined, error);
  if (steps.isOver()) return TIME;
  if (told.error) return faultOf("memory", MEMORY_TEXT);
  const { kind, ...rest } = JSON.parse(context.getString(told.value));
  if (reason === "syntax" && kind === "syntax") return faultOf("syntax", String(rest.text));
  return toldFault("threw", rest);
}
