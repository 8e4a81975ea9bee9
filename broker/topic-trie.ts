/**
 * Filters in a tree, one level of a topic per step, so that a topic finds its subscribers without
 * looking at the others. Values of a filter are kept in the order in which they came; the same
 * value under two matching filters is answered twice.
 */

interface Node<Value> {
  children: Map<string, Node<Value>> | undefined;
  values: Value[] | undefined;
}

const newNode = <Value>(): Node<Value> => ({ children: undefined, values: undefined });

export class TopicTrie<Value> {
  readonly #root: Node<Value> = newNode();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(filter: string, value: Value): void {
    let node = this.#root;
    for (const level of filter.split("/")) {
      node.children ??= new Map();
      let child = node.children.get(level);
      if (child === undefined) {
        child = newNode();
        node.children.set(level, child);
      }
      node = child;
    }
    if (node.values === undefined) node.values = [value];
    else node.values.push(value);
    this.#size += 1;
  }

  remove(filter: string, value: Value): boolean {
    const levels = filter.split("/");
    const path: Node<Value>[] = [this.#root];
    for (const level of levels) {
      const child = path.at(-1)?.children?.get(level);
      if (child === undefined) return false;
      path.push(child);
    }
    const end = path.at(-1);
    const at = end?.values?.indexOf(value) ?? -1;
    if (end?.values === undefined || at < 0) return false;
    // The list may be in the hands of a caller of match(): it is replaced, never changed.
    end.values = end.values.length === 1 ? undefined : end.values.toSpliced(at, 1);
    this.#size -= 1;
    prune(path, levels);
    return true;
  }

  match(topic: string): readonly Value[] {
    const found: Value[] = [];
    walk(this.#root, topic.split("/"), 0, topic.charCodeAt(0) === DOLLAR, (values) => {
      for (const value of values) found.push(value);
      return false;
    });
    return found;
  }

  hasMatch(topic: string): boolean {
    if (this.#size === 0) return false;
    return walk(this.#root, topic.split("/"), 0, topic.charCodeAt(0) === DOLLAR, isFound);
  }
}

const DOLLAR = 36;
const isFound = (): boolean => true;

function prune<Value>(path: Node<Value>[], levels: string[]): void {
  for (let depth = levels.length; depth > 0; depth -= 1) {
    const node = path[depth];
    const parent = path[depth - 1];
    if (node?.values !== undefined || node?.children !== undefined) return;
    parent?.children?.delete(levels[depth - 1] ?? "");
    if (parent?.children?.size === 0) parent.children = undefined;
  }
}

/** Calls `visit` with the values of each filter that matches, until it answers true. */
function walk<Value>(
  node: Node<Value>,
  levels: string[],
  depth: number,
  isReserved: boolean,
  visit: (values: Value[]) => boolean,
): boolean {
  const children = node.children;
  if (depth === levels.length) {
    if (node.values !== undefined && visit(node.values)) return true;
    const rest = children?.get("#")?.values;
    return rest !== undefined && visit(rest);
  }
  if (children === undefined) return false;
  if (!(depth === 0 && isReserved)) {
    const rest = children.get("#")?.values;
    if (rest !== undefined && visit(rest)) return true;
    const any = children.get("+");
    if (any !== undefined && walk(any, levels, depth + 1, isReserved, visit)) return true;
  }
  const next = children.get(levels[depth] ?? "");
  return next !== undefined && walk(next, levels, depth + 1, isReserved, visit);
}
