/**
 * Wills of the connected clients, and of those that were connected when the process ended: theirs
 * are published after the restart unless they come back first.
 */
import { copyPayload } from "./copy-payload.ts";
import type { Qos } from "./session.ts";
import type { WillRow } from "./sessions-file.ts";

/** As aedes publishes it. */
export interface WillPacket {
  cmd: "publish";
  clientId: string;
  brokerId: string;
  topic: string;
  payload: Buffer;
  qos: Qos;
  retain: boolean;
  dup: boolean;
  /** Goes to the journal before it is published. */
  isUplink: boolean;
}

interface Will {
  packet: WillPacket;
  /** The connection that left it; after a restart there is none. */
  holder: { closed?: boolean } | undefined;
}

const BROKER_BEFORE = "before";

export class Wills {
  readonly #wills = new Map<string, Will>();

  load(rows: readonly WillRow[]): void {
    for (const row of rows) {
      this.put(
        {
          cmd: "publish",
          clientId: row.session,
          brokerId: BROKER_BEFORE,
          topic: row.topic,
          payload: copyPayload(row.payload),
          qos: row.qos as Qos,
          retain: row.retain === 1,
          dup: false,
          isUplink: row.isUplink === 1,
        },
        undefined,
      );
    }
  }

  row(sessionId: string): WillRow | undefined {
    const packet = this.#wills.get(sessionId)?.packet;
    if (packet === undefined) return undefined;
    return {
      session: sessionId,
      isUplink: packet.isUplink ? 1 : 0,
      topic: packet.topic,
      payload: packet.payload,
      qos: packet.qos,
      retain: packet.retain ? 1 : 0,
    };
  }

  put(packet: WillPacket, holder: { closed?: boolean } | undefined): void {
    this.#wills.set(packet.clientId, { packet, holder });
  }

  get(sessionId: string): WillPacket | undefined {
    return this.#wills.get(sessionId)?.packet;
  }

  /** A connection that was taken over ends after its successor has left a will: that one stays. */
  delete(sessionId: string): WillPacket | undefined {
    const will = this.#wills.get(sessionId);
    if (will === undefined || will.holder?.closed === false) return undefined;
    this.#wills.delete(sessionId);
    return will.packet;
  }

  *ofEarlierBrokers(): Generator<WillPacket> {
    for (const will of this.#wills.values()) {
      if (will.packet.brokerId === BROKER_BEFORE) yield will.packet;
    }
  }
}
