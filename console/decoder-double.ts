/** A stand-in for what is kept and tried of decoders. */
import { Decoder, type KeptDecoder } from "../model/decoder.ts";
import { GridwardenError } from "../model/errors.ts";
import type { DecodersDoor } from "./decoder-door.ts";
import type { Doubles } from "./doubles.ts";

export const SAMPLE_DECODER: KeptDecoder = {
  ...Decoder.parse({
    decoderId: "em400",
    name: "EM400 distance",
    kind: "table",
    vendor: "Milesight",
    mapping: { fields: [{ path: "distance", measurement: "waterLevelCm" }] },
  }),
  version: 3,
  off: { at: Date.parse("2026-11-22T08:30:05+08:00"), reason: "it failed 20 times" },
};

export function decodersDouble(asked: Doubles["asked"]): DecodersDoor {
  return {
    list: () => ({ items: [SAMPLE_DECODER] }),
    get: (decoderId) => (decoderId === SAMPLE_DECODER.decoderId ? SAMPLE_DECODER : undefined),
    async put(decoder, isForced) {
      asked.push({ what: "decoders.put", with: { decoder, isForced } });
      const examples = [{ name: "tank", differences: [] }];
      return { decoder: { ...decoder, version: 1 }, examples };
    },
    async remove(decoderId) {
      asked.push({ what: "decoders.remove", with: decoderId });
      if (decoderId !== "used") return;
      throw new GridwardenError("DECODER_IN_USE", "2 devices name the decoder 'used'", {
        details: { count: 2, devices: ["mc-1", "mc-2"] },
      });
    },
    async try(said) {
      asked.push({ what: "decoders.try", with: said });
      const values = [{ measurement: "waterLevelCm", value: 170, unit: "cm", at: 0, seq: 1 }];
      const unmapped = [{ path: "position", value: "normal" }];
      return { inputs: [{ tree: { distance: 1_700 }, values, faults: [], unmapped }] };
    },
  };
}
