/**
 * Decodes uplinks once more, with the registry and the decoders as they are now, by a line of its
 * own that knows nothing of what came before: what it answers is to be put in the place of what
 * stands. Of the selected devices alone; others are to it as if nobody had registered them.
 */
import type { DeadLetterReason } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { RedecodingSelection } from "../model/redecoding.ts";
import type { Device, DeviceEntry, RegistryView } from "../model/registry.ts";
import type { DeadLetter } from "./dead-letters.ts";
import type { IngestLine, LookupKeys } from "./line.ts";
import { type PastReading, pastReadings } from "./past-readings.ts";
import type { IdentityKey, ReadingColumns } from "./store/reading-store.ts";

export interface Redecoded {
  readonly past: PastReading[];
  readonly letters: readonly DeadLetter[];
  /** A frame began and has not ended. */
  readonly isOpen: boolean;
}

export interface Redecoder {
  /** Records of uplinks, in their order, which may go on where those before ended. */
  decode(records: readonly Uint8Array[]): Promise<Redecoded>;
}

/** `lineOf`: a line that has nothing, and asks for what stands at a key. `isWanted`: whose readings count. */
export function createRedecoder(
  lineOf: (lookup: LookupKeys) => Pick<IngestLine, "process">,
  isWanted: (deviceId: string) => boolean = () => true,
): Redecoder {
  const come = createCome();
  const line = lineOf(come.lookup);
  let next = 0;
  return {
    async decode(records) {
      const past: PastReading[] = [];
      const letters: DeadLetter[] = [];
      let isOpen = false;
      for (let done = 0; done < records.length; ) {
        const batch = await line.process(records.slice(done), next);
        done += batch.count;
        next += batch.count;
        // One by one: an uplink of arrays holds more than a call takes as arguments.
        for (const each of pastReadings(batch)) {
          if (isWanted(each.reading.deviceId)) past.push(each);
        }
        for (const letter of batch.deadLetters) letters.push(letter);
        isOpen = batch.openFrom !== undefined;
        come.note(batch.batch.columns);
      }
      return { past, letters, isOpen };
    },
  };
}

/** What has come at which key, so that the first one counts as it did then; the oldest are forgotten. */
function createCome() {
  const values = new Map<string, number>();
  const nameOf = ({ seriesId, key, isSeq }: IdentityKey): string =>
    `${seriesId} ${isSeq ? "seq" : "at"} ${key}`;
  return {
    lookup: async (keys: IdentityKey[]) => keys.map((key) => values.get(nameOf(key))),
    note({ length, seriesId, observedAt, value, key: seqs }: ReadingColumns): void {
      for (let row = 0; row < length; row += 1) {
        const seq = seqs?.[row] ?? Number.NaN;
        const isSeq = !Number.isNaN(seq);
        const key = isSeq ? seq : (observedAt[row] ?? 0);
        values.set(nameOf({ seriesId: seriesId[row] ?? 0, key, isSeq }), value[row] ?? 0);
      }
      for (const name of values.keys()) {
        if (values.size <= LIMITS.redecodingKeysMax) break;
        values.delete(name);
      }
    },
  };
}

export function isSelected(selection: RedecodingSelection): (device: Device) => boolean {
  if ("deviceIds" in selection) {
    const ids = new Set<string>(selection.deviceIds);
    return ({ deviceId }) => ids.has(deviceId);
  }
  if ("decoderId" in selection) return ({ decoder }) => decoder === selection.decoderId;
  return ({ format }) => (format ?? "native") === selection.format;
}

/** An edge node of Sparkplug: what its devices say is read by its births. */
export function speaksForOthers({ format, externalId = "" }: Device): boolean {
  return format === "sparkplug" && externalId.split("/").length === 2;
}

/** The registry with these devices alone. */
export function selectedDevices(
  registry: RegistryView,
  isWanted: (device: Device) => boolean,
): RegistryView {
  const wanted = (entry: DeviceEntry | undefined): DeviceEntry | undefined =>
    entry !== undefined && isWanted(entry.device) ? entry : undefined;
  return {
    ...registry,
    device: (deviceId) => wanted(registry.device(deviceId)),
    deviceByExternalId: (format, id) => wanted(registry.deviceByExternalId(format, id)),
  };
}

/** Uplinks of devices that nobody selected are no fault. */
export const NOT_SELECTED: DeadLetterReason = "DEVICE_UNKNOWN";
