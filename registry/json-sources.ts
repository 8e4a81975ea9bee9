/**
 * Sources of vendors' JSON, in a table and in memory, found by the topic of a message. No topic is of
 * two sources, so that what a message means never hangs on an order.
 */
import type { Migration, Sql } from "../model/database.ts";
import { externalIdOf, type FormatTopic } from "../model/device-formats.ts";
import { GridwardenError } from "../model/errors.ts";
import {
  doTopicsOverlap,
  filterOfSource,
  idInTopic,
  type JsonSource,
} from "../model/json-source.ts";
import { LIMITS } from "../model/limits.ts";
import type { Device } from "../model/registry.ts";
import { type Column, recordTable } from "./record-table.ts";
import { createShelf, type Page, type PageRequest } from "./shelf.ts";
import type { Write } from "./writer.ts";

export const jsonSourceMigration: Migration = {
  id: "registry-0031-json-sources",
  statements: [
    `create table json_sources (
      source_id text primary key, seq bigint not null, topic text, device text, items text,
      mapping text not null)`,
  ],
};

const text = (field: string, column: string): Column => ({ field, column, kind: "text" });

const sourceTable = recordTable<JsonSource>("json_sources", [
  text("sourceId", "source_id"),
  text("topic", "topic"),
  text("device", "device"),
  text("items", "items"),
  { field: "mapping", column: "mapping", kind: "json" },
]);

/** The source that a topic is of, and the device that the topic names. */
export interface FoundSource {
  readonly source: JsonSource;
  readonly externalId: string | undefined;
}

export interface JsonSources {
  list(request: PageRequest): Page<JsonSource>;
  get(sourceId: string): JsonSource | undefined;
  byTopic(topic: string): FoundSource | undefined;
  /** As the broker asks of a topic of any format. */
  formatTopic(topic: string): FormatTopic | undefined;
  /** All of them, as a session at another broker subscribes to them. */
  filters(): string[];
  /** Topics on which a device of format `json` may publish, signed in as itself. */
  topicsOf(device: Device): string[];
  /** @throws REQUEST_INVALID where its topics are another's, or there are too many */
  put(source: JsonSource): Promise<JsonSource>;
  /** @throws JSON_SOURCE_NOT_FOUND */
  remove(sourceId: string): Promise<void>;
}

export function createJsonSources(write: Write): JsonSources & { load(sql: Sql): Promise<void> } {
  const shelf = createShelf<JsonSource>();
  let byFirstLevel = new Map<string, JsonSource[]>();

  /** Small and seldom changed: made anew. */
  function index(): void {
    byFirstLevel = new Map();
    for (const source of shelf.values()) {
      if (source.topic === undefined) continue;
      const first = firstLevel(source.topic);
      byFirstLevel.set(first, [...(byFirstLevel.get(first) ?? []), source]);
    }
  }

  function byTopic(topic: string): FoundSource | undefined {
    for (const source of byFirstLevel.get(firstLevel(topic)) ?? []) {
      const found = source.topic === undefined ? undefined : idInTopic(source.topic, topic);
      if (found !== undefined) return { source, externalId: found.externalId };
    }
    return undefined;
  }

  function checkOverlap({ sourceId, topic }: JsonSource): void {
    if (topic === undefined) return;
    for (const other of shelf.values()) {
      if (other.sourceId === sourceId || other.topic === undefined) continue;
      if (!doTopicsOverlap(topic, other.topic)) continue;
      throw new GridwardenError(
        "REQUEST_INVALID",
        `field 'topic': '${topic}' and '${other.topic}' of source '${other.sourceId}' have topics in common; make one of them narrower`,
      );
    }
  }

  return {
    async load(sql) {
      for (const { seq, record } of await sourceTable.load(sql, (same) => same)) {
        shelf.put(record.sourceId, seq, record);
      }
      index();
    },
    list: (request) => shelf.page(request),
    get: shelf.get,
    byTopic,
    formatTopic(topic) {
      const found = byTopic(topic);
      return found && { format: "json", externalId: found.externalId };
    },
    filters: () =>
      [...shelf.values()].flatMap(({ topic }) =>
        topic === undefined ? [] : filterOfSource(topic),
      ),
    topicsOf(device) {
      const known = externalIdOf(device);
      if (known?.format !== "json") return [];
      return [...shelf.values()].flatMap(({ topic }) =>
        topic === undefined ? [] : filterOfSource(topic, known.externalId),
      );
    },
    put: (source) =>
      write(async ({ tx, onCommit, note }) => {
        const { sourceId } = source;
        checkOverlap(source);
        if (shelf.has(sourceId)) {
          await sourceTable.update(tx, source);
          onCommit(() => shelf.replace(sourceId, source));
        } else {
          if (shelf.size >= LIMITS.jsonSourcesMax) {
            throw new GridwardenError(
              "REQUEST_INVALID",
              `there are ${shelf.size} sources, which is the most; remove one that nobody uses`,
            );
          }
          const seq = shelf.takeSeq();
          await sourceTable.insert(tx, seq, source);
          onCommit(() => shelf.put(sourceId, seq, source));
        }
        onCommit(index);
        note({ kind: "json-source", id: sourceId });
        return source;
      }),
    remove: (sourceId) =>
      write(async ({ tx, onCommit, note }) => {
        if (!shelf.has(sourceId)) {
          throw new GridwardenError(
            "JSON_SOURCE_NOT_FOUND",
            `no source of JSON has the id '${sourceId}'`,
          );
        }
        await sourceTable.remove(tx, sourceId);
        onCommit(() => shelf.remove(sourceId));
        onCommit(index);
        note({ kind: "json-source", id: sourceId });
      }),
  };
}

function firstLevel(topic: string): string {
  const end = topic.indexOf("/");
  return end === -1 ? topic : topic.slice(0, end);
}
