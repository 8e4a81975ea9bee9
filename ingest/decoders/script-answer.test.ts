/** Reading what the sandbox wrote: whatever a script has put there, it is a bounded answer or a fault. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { readAnswer } from "./script-answer.ts";

const calls = fc.constantFrom("decodeUplink" as const, "encodeDownlink" as const);

/** Texts whose parts have the right names and anything in them. */
const odd = fc.oneof(fc.jsonValue(), fc.constantFrom("object", "undefined", "null", "number"));
const bytes = fc.oneof(
  odd,
  fc.array(fc.oneof(fc.nat(300), fc.integer(), fc.double(), fc.string())),
);
const told = fc.record(
  { type: odd, errors: odd, warnings: odd, normalizeErrors: odd },
  { requiredKeys: [] },
);
const written = fc.record(
  {
    ...{ threw: odd, unreadable: odd, told: fc.oneof(told, odd), type: odd, errors: odd },
    output: fc.oneof(odd, fc.record({ bytes, fPort: odd }, { requiredKeys: [] })),
    normalized: odd,
  },
  { requiredKeys: [] },
);
const texts = fc.oneof(
  fc.string(),
  fc.json(),
  written.map((each) => JSON.stringify(each)),
);

it("never throws, and says one of three things in bounded sentences", () => {
  fc.assert(
    fc.property(texts, calls, (text, call) => {
      const answer = readAnswer(text, call);
      const sentences =
        answer.kind === "answered"
          ? answer.warnings
          : answer.kind === "errors"
            ? answer.errors
            : [answer.text];
      expect(sentences.length).toBeLessThanOrEqual(20);
      for (const each of sentences) expect(each.length).toBeLessThanOrEqual(320);
      if (answer.kind === "errors") expect(answer.errors).not.toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

it("a value is answered only where the text has it as its output, and no error beside it", () => {
  fc.assert(
    fc.property(written, (each) => {
      const answer = readAnswer(JSON.stringify(each), "decodeUplink");
      if (answer.kind !== "answered") return;
      expect(JSON.stringify(answer.output)).toBe(JSON.stringify(each.output));
      expect(each.threw).toBeUndefined();
      const { errors } = Object(each.told ?? each);
      if (Array.isArray(errors)) expect(errors).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

it("a downlink is answered only as bytes, and to a port", () => {
  const downlinks = fc.record({ bytes, fPort: fc.oneof(odd, fc.integer({ min: -9, max: 400 })) });
  fc.assert(
    fc.property(downlinks, (output) => {
      const text = JSON.stringify({ told: { type: "object" }, output });
      const answer = readAnswer(text, "encodeDownlink");
      const areBytes = Array.isArray(output.bytes) && output.bytes.every(isByte);
      expect(answer.kind).toBe(areBytes && isByte(output.fPort) ? "answered" : "fault");
    }),
    { numRuns: 2_000 },
  );
});

function isByte(value: unknown): boolean {
  return typeof value === "number" && value === (value & 255);
}
