/** What deploy/ says, read as its own readers read it. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { SECRETS } from "../../app/secret-files.ts";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const readText = (path: string): string => readFileSync(join(root, path), "utf8");

export interface Service {
  image: string;
  user: string;
  command?: string | string[];
  environment?: Record<string, string>;
  secrets?: string[];
  volumes?: string[];
  ports?: string[];
  tmpfs?: string[];
  [key: string]: unknown;
}

export interface ComposeFile {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  networks: Record<string, unknown>;
  secrets: Record<string, { file: string }>;
}

export function readCompose(path: string): ComposeFile {
  return parse(readText(path), { merge: true }) as ComposeFile;
}

export interface StartCommand {
  environment: Record<string, string>;
  flags: string[];
  /** What follows the program's path. */
  arguments: string[];
}

/** What `npm start` sets and runs. */
export function startScript(): StartCommand {
  const { scripts } = JSON.parse(readText("package.json")) as { scripts: { start: string } };
  const [before = "", after = ""] = scripts.start.split(" exec node ");
  const words = after.split(" ");
  const program = words.indexOf("app/launch.js");
  return {
    environment: environmentOf(before),
    flags: words.slice(0, program),
    arguments: words.slice(program + 1),
  };
}

/** `A=1 B=2` */
export function environmentOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split(/\s+/)
      .filter((each) => each.includes("="))
      .map((each) => [each.slice(0, each.indexOf("=")), each.slice(each.indexOf("=") + 1)]),
  );
}

/** Every setting that app/config.ts reads, and the secrets that it reads by file. */
export function settings(): Set<string> {
  const names = readText("app/config.ts").match(/GRIDWARDEN_[A-Z0-9_]+/g) ?? [];
  return new Set([...names, ...SECRETS, ...SECRETS.map((name) => `${name}_FILE`)]);
}

/** A systemd unit's settings, section by section, each as often as it stands there. */
export function readUnit(path: string): Record<string, Record<string, string[]>> {
  const sections: Record<string, Record<string, string[]>> = {};
  let section: Record<string, string[]> = {};
  for (const line of readText(path).split("\n")) {
    const [, name] = /^\[(\w+)\]$/.exec(line) ?? [];
    if (name !== undefined) {
      section = {};
      sections[name] = section;
    }
    const [, key, value = ""] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined) section[key] = [...(section[key] ?? []), value];
  }
  return sections;
}
