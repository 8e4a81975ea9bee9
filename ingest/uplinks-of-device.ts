/**
 * What a device sent last, as its decoder would be given it: for somebody who tries another one. Uplinks
 * are decoded anew by gateways of their own, which notice what is asked for and keep nothing.
 */
import type { DeviceEntry } from "../model/registry.ts";
import type { RawFrame } from "./frame-answers.ts";
import type { Gateway, GatewayContext } from "./gateways/gateway.ts";
import { createGatewayFinder } from "./prepare.ts";
import { decodeUplinkRecord } from "./uplink-record.ts";

export interface Sent {
  readonly receivedAt: number;
  /** Where frames are wanted and there are bytes; else the tree that the vendor's side made. */
  readonly frame?: RawFrame;
  readonly tree?: unknown;
}

/** Records in their order; `wants`: which of the two a script or a table is given. */
export function uplinksOfDevice(
  records: readonly Uint8Array[],
  from: number,
  about: {
    entry: DeviceEntry;
    wants: "frames" | "trees";
    gateways: readonly Gateway[];
    context: Omit<GatewayContext, "readFrame" | "readPayload">;
  },
): Sent[] {
  const { entry, wants, gateways } = about;
  const sent: Sent[] = [];
  let receivedAt = 0;
  const isHis = ({ device }: DeviceEntry): boolean => device.deviceId === entry.device.deviceId;
  const context: GatewayContext = {
    ...about.context,
    readFrame(of, frame) {
      if (wants === "trees" || !isHis(of)) return undefined;
      sent.push({ receivedAt, frame });
      return NOTHING;
    },
    readPayload(of, tree, whose) {
      if (isHis(of) && whose !== "ours") sent.push({ receivedAt, tree });
      return NOTHING;
    },
  };
  const gatewayOf = createGatewayFinder(gateways);
  for (const [index, record] of records.entries()) {
    const position = from + index;
    const uplink = decodeUplinkRecord(record, position);
    const gateway = gatewayOf(uplink.topic);
    if (gateway?.format !== entry.device.format) continue;
    receivedAt = uplink.receivedAt;
    gateway?.decode(uplink, position, context);
  }
  return sent;
}

const NOTHING = { values: [], faults: [] };
