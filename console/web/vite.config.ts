/** How the pages are built: three entries, hashed assets, and nothing inline, as the content policy wants. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { phoneWorker, WORKER_ENTRY, WORKER_FILE } from "./phone-worker-plugin.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * The library and the small parts; curves, maps, the reader of codes and the words of refusals are
 * loaded by who shows them.
 */
const SHARED =
  /node_modules\/(?:preact|@preact|idb)\/|web\/shared\/(?!curve|scan\/|faults\/|event-words)|web\/phone\/(?:photo|way|store)/;

export default defineConfig({
  root: here("."),
  base: "/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [phoneWorker()],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    rolldownOptions: {
      input: [
        here("index.html"),
        here("phone/index.html"),
        here("report/index.html"),
        here(WORKER_ENTRY),
      ],
      output: {
        // What all pages are made of in one piece: on a slow line each further file costs a round trip.
        codeSplitting: { groups: [{ name: "shared", test: SHARED, minShareCount: 2 }] },
        // The worker has one address for ever, and its scope by it.
        entryFileNames: ({ facadeModuleId }) =>
          facadeModuleId?.endsWith(WORKER_ENTRY) ? WORKER_FILE : "assets/[name]-[hash].js",
      },
    },
  },
});
