/** Bytes are told by how they begin; a header or a name that says otherwise is refused. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FileType } from "../model/file.ts";
import { needType, whatIs } from "./file-type.ts";

const bytes = (text: string): Buffer => Buffer.from(text, "latin1");
const JPEG = bytes("\xff\xd8\xff\xe1\0\x10Exif");
const PNG = bytes("\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
const WEBP = bytes("RIFF\x24\0\0\0WEBPVP8 ");
const PDF = bytes("%PDF-1.7\n");

test.each([
  ["image/jpeg", JPEG],
  ["image/png", PNG],
  ["image/webp", WEBP],
  ["application/pdf", PDF],
  ["image/heic", bytes("\0\0\0\x18ftypheic\0\0\0\0mif1heic")],
  ["image/heic", bytes("\0\0\0\x18ftypmif1\0\0\0\0mif1heic")],
  ["image/avif", bytes("\0\0\0\x1cftypavif")],
  ["video/mp4", bytes("\0\0\0\x18ftypmp42")],
  ["image/gif", bytes("GIF89a")],
  ["application/zip", bytes("PK\x03\x04")],
  ["a Linux program", bytes("\x7fELF\x02")],
  ["a Windows program", bytes("MZ\x90\0")],
  ["text/html", bytes("  <!DOCTYPE html><script>")],
  ["XML or SVG", bytes("\xef\xbb\xbf<svg xmlns=")],
  ["nothing", bytes("")],
  ["unknown (they begin with 68656c6c6f)", bytes("hello")],
])("%s is known", (is, head) => {
  expect(whatIs(head)).toBe(is);
});

describe("a type is needed", () => {
  test.each([
    [JPEG, {}, "image/jpeg"],
    [JPEG, { contentType: "image/jpeg; charset=x", name: "a.b.JPG" }, "image/jpeg"],
    [JPEG, { contentType: "image/jpg", name: "cover" }, "image/jpeg"],
    [PNG, { contentType: "application/octet-stream", name: "井盖.png" }, "image/png"],
    [PDF, { contentType: "application/pdf", name: "order.pdf" }, "application/pdf"],
  ])("and is there where nobody denies it", (head, claim, type) => {
    expect(needType(head, claim)).toBe(type);
  });

  test.each([
    [JPEG, { contentType: "image/png" }, "the header says 'image/png', the bytes are image/jpeg"],
    [
      PDF,
      { contentType: "image/jpeg" },
      "the header says 'image/jpeg', the bytes are application/pdf",
    ],
    [
      PNG,
      { name: "a.jpg" },
      "the name 'a.jpg' ends in '.jpg', the bytes are image/png; wanted .png",
    ],
    [JPEG, { name: "a.jpg.exe" }, "ends in '.exe', the bytes are image/jpeg; wanted .jpg, .jpeg"],
    [JPEG, { name: "a." }, "ends in '.', the bytes are image/jpeg"],
    [
      bytes("MZ\x90"),
      { contentType: "image/jpeg", name: "a.jpg" },
      "the bytes are a Windows program",
    ],
    [bytes("\0\0\0\x18ftypheic"), {}, "let the phone send JPEG"],
    [bytes(""), {}, "the bytes are nothing, wanted image/jpeg, image/png"],
  ])("and a lie is refused by what the bytes are (%#)", (head, claim, text) => {
    expect(() => needType(head, claim)).toThrow(
      expect.objectContaining({
        code: "FILE_TYPE_REFUSED",
        message: expect.stringContaining(text),
      }),
    );
  });
});

test("whatever bytes come, a type is only taken where the bytes have its mark", () => {
  const marks = ["\xff\xd8\xff", "\x89PNG", "WEBP", "%PDF-"];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (head) => {
      const is = whatIs(head);
      if (!FileType.safeParse(is).success) return;
      const text = Buffer.from(head).toString("latin1");
      expect(marks.some((mark) => text.includes(mark))).toBe(true);
    }),
  );
});
