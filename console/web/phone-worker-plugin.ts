/**
 * Tells the phone's service worker what to keep: everything that its page loads or may load later, as this
 * build has named it. A list that differs makes the worker another file, by which a phone knows a new build.
 */
import type { Plugin, Rolldown } from "vite";

export const WORKER_ENTRY = "phone/service-worker.ts";
export const WORKER_FILE = "phone/sw.js";
const PAGE = "phone/index.html";
/** What lies in the public folder and has no digest in its name. */
const BESIDE = ["/phone/", "/phone/manifest.webmanifest", "/phone/icon-192.png", "/icon.svg"];
const LIST = "PHONE_FILES";

export function phoneWorker(): Plugin {
  return {
    name: "phone-worker",
    enforce: "post",
    generateBundle(_options, bundle) {
      const worker = bundle[WORKER_FILE];
      if (worker?.type !== "chunk") throw new Error(`the build has no '${WORKER_FILE}'`);
      if (!worker.code.includes(LIST)) throw new Error(`'${WORKER_FILE}' asks for no ${LIST}`);
      const files = [...BESIDE, ...filesOf(bundle).map((file) => `/${file}`)];
      worker.code = `const ${LIST}=${JSON.stringify(files)};\n${worker.code}`;
    },
  };
}

/** The page's chunk, whatever it imports now or later, and their styles. */
function filesOf(bundle: Rolldown.OutputBundle): string[] {
  const entry = Object.values(bundle).find(
    (each) => each.type === "chunk" && each.facadeModuleId?.endsWith(PAGE) === true,
  );
  if (entry === undefined) throw new Error(`the build has no '${PAGE}'`);
  const found = new Set<string>();
  const toVisit = [entry.fileName];
  for (let name = toVisit.pop(); name !== undefined; name = toVisit.pop()) {
    const chunk = bundle[name];
    if (found.has(name) || chunk?.type !== "chunk") continue;
    found.add(name);
    toVisit.push(...chunk.imports, ...chunk.dynamicImports);
    for (const file of chunk.viteMetadata?.importedCss ?? []) found.add(file);
    for (const file of chunk.viteMetadata?.importedAssets ?? []) found.add(file);
  }
  return [...found].sort();
}
