/**
 * Which connected clients are a user's, so that its connections are closed without a look at all
 * others. A client is known from the moment at which it says who it is, before that is looked up, so
 * that nobody slips through whose key is revoked on the way; it counts from its sign-in. Both until
 * its connection is closed, whatever becomes of its session meanwhile: a client that takes a session
 * over stands beside the one that loses it.
 */
import type { BrokerClient } from "./member.ts";

export class ClientsOfUsers {
  readonly #byUser = new Map<string, Set<BrokerClient>>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** It says that it is this user; once for a client. One whose connection is closed by now is none. */
  begin(username: string, client: BrokerClient): void {
    if (client.conn.closed) return;
    const known = this.#byUser.get(username);
    if (known === undefined) this.#byUser.set(username, new Set([client]));
    else known.add(client);
    // The socket's own end: aedes does not tell of every client that it let go.
    client.conn.once("close", () => this.#remove(username, client));
  }

  /** It has begun, and signed in. */
  arrive(client: BrokerClient): void {
    if (client.conn.closed) return;
    client.isArrived = true;
    this.#count += 1;
  }

  of(username: string): readonly BrokerClient[] {
    return [...(this.#byUser.get(username) ?? [])];
  }

  #remove(username: string, client: BrokerClient): void {
    const known = this.#byUser.get(username);
    if (known?.delete(client) !== true) return;
    if (client.isArrived === true) this.#count -= 1;
    if (known.size === 0) this.#byUser.delete(username);
  }
}
