/**
 * Which connected clients are a user's, so that its connections are closed without a look at all
 * others. A client is known from its sign-in until its connection is closed, whatever becomes of
 * its session meanwhile: a client that takes a session over stands beside the one that loses it.
 */
import type { BrokerClient } from "./member.ts";

export class ClientsOfUsers {
  readonly #byUser = new Map<string, Set<BrokerClient>>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Once for a client. One whose connection is closed by now is none. */
  add(username: string, client: BrokerClient): void {
    if (client.conn.closed) return;
    const known = this.#byUser.get(username);
    if (known === undefined) this.#byUser.set(username, new Set([client]));
    else known.add(client);
    this.#count += 1;
    // The socket's own end: aedes does not tell of every client that it let go.
    client.conn.once("close", () => this.#remove(username, client));
  }

  of(username: string): readonly BrokerClient[] {
    return [...(this.#byUser.get(username) ?? [])];
  }

  #remove(username: string, client: BrokerClient): void {
    const known = this.#byUser.get(username);
    if (known?.delete(client) !== true) return;
    this.#count -= 1;
    if (known.size === 0) this.#byUser.delete(username);
  }
}
