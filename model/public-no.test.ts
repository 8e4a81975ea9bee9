import fc from "fast-check";
import { expect, test } from "vitest";
import { PUBLIC_NO_BYTES, publicNoOf, readPublicNo } from "./public-no.ts";

const numbers = fc
  .uint8Array({ minLength: PUBLIC_NO_BYTES, maxLength: PUBLIC_NO_BYTES })
  .map(publicNoOf);
const LETTERS = [..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"];

test("a number is read back, also as people write it down", () => {
  fc.assert(
    fc.property(numbers, (number) => {
      expect(number).toMatch(/^[0-9A-HJKMNP-TV-Z]{11}$/);
      const written = number.toLowerCase().replace(/0/g, "o").replace(/1/g, "l");
      expect([number, readPublicNo(number), readPublicNo(` ${written} `)]).toEqual([
        number,
        number,
        number,
      ]);
      expect(readPublicNo(`${number.slice(0, 5)}-${number.slice(5)}`)).toBe(number);
    }),
  );
});

test("one wrong character, or two that changed places, are found", () => {
  fc.assert(
    fc.property(
      numbers,
      fc.nat(10),
      fc.nat(10),
      fc.constantFrom(...LETTERS),
      (no, a, b, letter) => {
        const letters = [...no];
        const wrong = letters.with(a, letter).join("");
        if (wrong !== no) expect([wrong, readPublicNo(wrong)]).toEqual([wrong, undefined]);
        const swapped = letters
          .with(a, letters[b] ?? "")
          .with(b, letters[a] ?? "")
          .join("");
        if (swapped !== no) expect([swapped, readPublicNo(swapped)]).toEqual([swapped, undefined]);
      },
    ),
  );
});

test("what is no number is none, however long", () => {
  for (const text of ["", "7", "7K2MX9QP4RU", "'; drop table cases; --", "7".repeat(1_000)]) {
    expect(readPublicNo(text)).toBeUndefined();
  }
});
