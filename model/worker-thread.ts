/** Starts a file of ours as a worker thread, built or from source. */
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * `file` without its ending, from `caller`, which is the caller's `import.meta.url`. From source the thread's
 * file is TypeScript too, and a thread's first file is loaded before any loader of its own (Node 20 has it so
 * even with `--import`): hence a first line that brings tsx. That costs most of a second, so whoever runs
 * from source with a build beside it names the build's folder in `THREADS_FROM`, as the tests do.
 */
export function startThread(file: string, caller: string, options: WorkerOptions): Worker {
  if (!caller.endsWith(".ts")) return new Worker(new URL(`${file}.js`, caller), options);
  const built = process.env.THREADS_FROM;
  if (built !== undefined) {
    const root = dirname(dirname(fileURLToPath(import.meta.url)));
    const inRoot = relative(root, fileURLToPath(new URL(`${file}.js`, caller)));
    return new Worker(join(built, inRoot), { ...options, execArgv: [] });
  }
  const source = new URL(`${file}.ts`, caller).href;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx/package.json"));
  const loader = new URL("./dist/esm/api/index.mjs", tsx).href;
  const first = `import("${loader}").then((tsx) => { tsx.register(); return import("${source}"); })`;
  return new Worker(first, { ...options, eval: true, execArgv: [] });
}
