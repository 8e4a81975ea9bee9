/**
 * What our session at an external broker may be subscribed to, in a file of the data folder. One that
 * cannot be read counts as empty: then a topic that was given up may come until it is asked for again.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { KeptFilters } from "../broker/external-broker.ts";
import type { Log } from "../model/log.ts";

const Kept = z.array(z.string());

export function keptFilters(directory: string, log: Log): KeptFilters {
  const file = join(directory, "followed-topics.json");
  return {
    read() {
      try {
        return Kept.parse(JSON.parse(readFileSync(file, "utf8")));
      } catch {
        return [];
      }
    },
    write(filters) {
      try {
        mkdirSync(directory, { recursive: true });
        writeFileSync(`${file}.new`, JSON.stringify(filters), { flush: true });
        renameSync(`${file}.new`, file);
      } catch (error) {
        log.error("what is subscribed to at the external broker was not written down", {
          file,
          error: String(error),
        });
      }
    },
  };
}
