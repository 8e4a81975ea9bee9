/** Starts a worker thread from a file of ours, built or from source. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

/**
 * `file`: beside the caller, by the name it has when built, as `new URL("./x.js", import.meta.url)`.
 * From source it is TypeScript, and a thread's first file is loaded before any loader of its own
 * (Node 20 has it so even with `--import`): hence a first line that brings tsx.
 */
export function startThread(file: URL, name: string): Worker {
  if (!import.meta.url.endsWith(".ts")) return new Worker(file, { name });
  const source = file.href.replace(/\.js$/, ".ts");
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx/package.json"));
  const loader = new URL("./dist/esm/api/index.mjs", tsx).href;
  const first = `import("${loader}").then((tsx) => { tsx.register(); return import("${source}"); })`;
  return new Worker(first, { name, eval: true, execArgv: [] });
}
