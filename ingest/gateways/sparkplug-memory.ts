/**
 * What the host remembers of edge nodes as bytes, and back: JSON, of our own making and read by the
 * same version or a later one. All that decides how the next message is taken is in it.
 */
import type { Uplink } from "../../model/uplink.ts";
import {
  type Birth,
  type Held,
  type MetricFacts,
  metricFacts,
  type NodeState,
} from "./sparkplug-node.ts";

const VERSION = 1;

interface SavedNode {
  readonly nodeId: string;
  readonly isBorn: boolean;
  readonly bdSeq: number | null;
  readonly seq: number | null;
  readonly askedAt: number;
  readonly births: readonly SavedBirth[];
  readonly held: readonly SavedHeld[];
}

interface SavedBirth {
  readonly device: string;
  /** Name, datatype, aliases. */
  readonly metrics: readonly (readonly [string, number | null, ...number[]])[];
}

interface SavedHeld extends Omit<Held, "uplink"> {
  /** The payload in base64. */
  readonly uplink: Omit<Uplink, "payload"> & { readonly payload: string };
}

export function rememberNodes(nodes: ReadonlyMap<string, NodeState>): Uint8Array {
  const saved = [...nodes].map(([nodeId, node]): SavedNode => {
    const { isBorn, bdSeq = null, seq = null, askedAt } = node;
    const births = [...node.births].map(([device, birth]) => saveBirth(device, birth));
    return { nodeId, isBorn, bdSeq, seq, askedAt, births, held: node.held.map(saveHeld) };
  });
  return Buffer.from(JSON.stringify({ version: VERSION, nodes: saved }));
}

/** Of another version nothing is known: nodes are asked for their births. */
export function recallNodes(bytes: Uint8Array): Map<string, NodeState> {
  const text = Buffer.from(bytes).toString("utf8");
  const saved = JSON.parse(text) as { version: number; nodes: readonly SavedNode[] };
  if (saved.version !== VERSION) return new Map();
  return new Map(saved.nodes.map((node) => [node.nodeId, recallNode(node)]));
}

function saveBirth(device: string, { byName, byAlias }: Birth): SavedBirth {
  const aliases = new Map<MetricFacts, number[]>();
  for (const [alias, facts] of byAlias) {
    aliases.set(facts, [...(aliases.get(facts) ?? []), alias]);
  }
  const facts = new Set([...byName.values(), ...aliases.keys()]);
  return {
    device,
    metrics: [...facts].map((each) => [
      each.name,
      each.datatype ?? null,
      ...(aliases.get(each) ?? []),
    ]),
  };
}

function saveHeld({ seq, position, uplink }: Held): SavedHeld {
  const payload = Buffer.from(uplink.payload).toString("base64");
  return { seq, position, uplink: { ...uplink, payload } };
}

function recallNode({ isBorn, bdSeq, seq, askedAt, births, held }: SavedNode): NodeState {
  return {
    ...{ isBorn, bdSeq: bdSeq ?? undefined, seq: seq ?? undefined, askedAt },
    births: new Map(births.map((each) => [each.device, recallBirth(each)])),
    held: held.map((each) => ({
      ...{ seq: each.seq, position: each.position },
      uplink: { ...each.uplink, payload: Buffer.from(each.uplink.payload, "base64") },
    })),
  };
}

function recallBirth({ metrics }: SavedBirth): Birth {
  const birth: Birth = { byAlias: new Map(), byName: new Map() };
  for (const [name, datatype, ...aliases] of metrics) {
    const facts = metricFacts(name, datatype ?? undefined);
    birth.byName.set(name, facts);
    for (const alias of aliases) birth.byAlias.set(alias, facts);
  }
  return birth;
}
