/** After `npm test`: which tests need a server from outside npm, and how to run them. */
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const NOT_SOURCES = new Set(["node_modules", "dist", "data", "docs"]);

/**
 * @param {string} directory
 * @returns {string[]}
 */
function serverTests(directory) {
  return readdirSync(join(root, directory), { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.name.startsWith(".") || NOT_SOURCES.has(entry.name)) return [];
    if (entry.isDirectory()) return serverTests(path);
    return entry.name.endsWith(".server.test.ts") ? [path] : [];
  });
}

process.stdout.write(
  `\nLeft out, since they need servers from outside npm:\n${serverTests("")
    .map((path) => `  ${path}\n`)
    .join(
      "",
    )}To run them: apt-get install mosquitto influxdb postgresql chromium strace systemd nginx-light, then npm run test:servers\n`,
);
