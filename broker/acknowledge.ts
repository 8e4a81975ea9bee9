/**
 * Writes a PUBACK as the four bytes it is. aedes writes three pieces and waits a turn of the loop
 * for each message, which costs more than all else that happens to an uplink. Acknowledgements of
 * one turn leave together.
 */
import type { Duplex } from "node:stream";
import type { IncomingPacket } from "./hub.ts";

const PUBACK = 0x40;

/**
 * Acknowledges a QoS 1 packet and tells aedes not to. Where the client does not read what it is
 * sent, nothing is done: aedes then acknowledges, and waits until it reads.
 */
export function acknowledge(connection: Duplex, packet: IncomingPacket): void {
  const id = packet.messageId;
  // A will has no packet id, and nobody to acknowledge it to.
  if (packet.qos !== 1 || id === undefined) return;
  if (connection.writableNeedDrain || !connection.writable) return;
  if (connection.writableCorked === 0) {
    connection.cork();
    process.nextTick(uncork, connection);
  }
  connection.write(Buffer.from([PUBACK, 2, id >> 8, id & 0xff]));
  packet.isAcknowledged = true;
  packet.qos = 0;
}

function uncork(connection: Duplex): void {
  connection.uncork();
}
