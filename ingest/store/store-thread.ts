/** Starts the store's worker thread, built or from source. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

/**
 * From source the worker's file is TypeScript too, and a thread's first file is loaded before any
 * loader of its own (Node 20 has it so even with `--import`): hence a first line that brings tsx.
 */
export function startWorker(): Worker {
  if (!import.meta.url.endsWith(".ts")) {
    return new Worker(new URL("./store-worker.js", import.meta.url), { name: "store" });
  }
  const file = new URL("./store-worker.ts", import.meta.url).href;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx/package.json"));
  const loader = new URL("./dist/esm/api/index.mjs", tsx).href;
  const first = `import("${loader}").then((tsx) => { tsx.register(); return import("${file}"); })`;
  return new Worker(first, { name: "store", eval: true, execArgv: [] });
}
