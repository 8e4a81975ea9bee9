/**
 * What gateways remember, as it was at positions of the journal: a line that begins at a position
 * takes the newest memory from before it and decodes again from there, so that the journal and a
 * memory together are always the whole. Few are kept: the one that the store still needs, and newer
 * ones. The judge saves each with its cursor.
 */
import type { Migration, Sql } from "../model/database.ts";
import type { Gateway } from "./gateways/gateway.ts";

export interface LineMemory {
  /** Position of the next record after it. */
  readonly position: number;
  /** By the gateway's format. */
  readonly parts: ReadonlyMap<string, Uint8Array>;
}

export interface Memories {
  /** The newest from before the position, or at it. */
  at(position: number): LineMemory | undefined;
  /** Beyond all that are known. */
  add(memory: LineMemory): void;
  /** Nobody begins before this position any more. */
  storedTo(position: number): void;
  kept(): readonly LineMemory[];
}

/** While the store is away, those in the middle go. */
const MEMORIES_MAX = 4;

export const memoryMigrations: readonly Migration[] = [
  {
    id: "ingest-0110-gateway-memories",
    statements: [
      `create table gateway_memories (
        position bigint not null,
        format text not null,
        memory blob not null,
        primary key (position, format)
      )`,
    ],
  },
];

export function createMemories(): Memories {
  let memories: LineMemory[] = [];
  const newestAt = (position: number): number =>
    memories.findLastIndex((memory) => memory.position <= position);
  return {
    at: (position) => memories[newestAt(position)],
    add(memory) {
      memories = [...memories.filter(({ position }) => position < memory.position), memory];
      if (memories.length > MEMORIES_MAX) memories.splice(1, 1);
    },
    storedTo(position) {
      const needed = newestAt(position);
      if (needed > 0) memories = memories.slice(needed);
    },
    kept: () => memories,
  };
}

/** What the gateways of a line remember now; undefined: nothing. */
export function memoryOf(gateways: readonly Gateway[], position: number): LineMemory | undefined {
  const parts = new Map<string, Uint8Array>();
  for (const { format, memory } of gateways) {
    const saved = memory?.save();
    if (saved !== undefined) parts.set(format, saved);
  }
  return parts.size === 0 ? undefined : { position, parts };
}

export function restoreMemory(gateways: readonly Gateway[], { parts }: LineMemory): void {
  for (const { format, memory } of gateways) {
    const saved = parts.get(format);
    if (saved !== undefined) memory?.restore(saved);
  }
}

/** Saves the memory and forgets those that are not kept. Harmless twice. */
export async function saveMemory(
  tx: Sql,
  memory: LineMemory,
  kept: readonly LineMemory[],
): Promise<void> {
  for (const [format, bytes] of memory.parts) {
    await tx.run(
      `insert into gateway_memories (position, format, memory) values (?, ?, ?)
       on conflict (position, format) do update set memory = excluded.memory`,
      [memory.position, format, bytes],
    );
  }
  const positions = kept.map(({ position }) => position);
  const places = positions.map(() => "?").join(", ");
  await tx.run(`delete from gateway_memories where position not in (${places})`, positions);
}

export async function loadMemories(sql: Sql): Promise<LineMemory[]> {
  const rows = await sql.all<{ position: number; format: string; memory: Uint8Array }>(
    "select position, format, memory from gateway_memories order by position, format",
  );
  const byPosition = new Map<number, Map<string, Uint8Array>>();
  for (const { position, format, memory } of rows) {
    const parts = byPosition.get(Number(position)) ?? new Map<string, Uint8Array>();
    byPosition.set(Number(position), parts.set(format, new Uint8Array(memory)));
  }
  return [...byPosition].map(([position, parts]) => ({ position, parts }));
}
