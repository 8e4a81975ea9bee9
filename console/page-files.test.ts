/** The pages' files: which is asked for again, which comes compressed, and what a folder answers. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { setUp } from "./called-server.ts";

const SCRIPT = "export const answer = 42;\n".repeat(50);

/** A folder of pages as a build leaves it. */
function pages(): string {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-pages-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const folder of ["assets", "phone", "phone/assets"]) mkdirSync(join(directory, folder));
  const files: Record<string, string | Buffer> = {
    "index.html": "<!doctype html><title>gridwarden</title>",
    "index.html.gz": gzipSync("<!doctype html><title>gridwarden</title>"),
    "phone/index.html": "<!doctype html><title>crew</title>",
    "phone/assets/note.txt": "of the phone",
    "sw.js": "self;",
    ".hidden": "of the build",
    "assets/main-1a2b.js": SCRIPT,
    "assets/main-1a2b.js.br": brotliCompressSync(SCRIPT),
    "assets/main-1a2b.js.gz": gzipSync(SCRIPT),
    "assets/plain-3c4d.js": "plain;",
  };
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(directory, name), content);
  }
  return directory;
}

async function served() {
  const { call } = await setUp({ webDirectory: pages() });
  return (url: string, accepted?: string) =>
    call("GET", url, {
      as: "",
      headers: accepted === undefined ? {} : { "accept-encoding": accepted },
    });
}

test("the page is at /, a folder answers its own, and nothing beside them is reached", async () => {
  const get = await served();
  const index = await get("/");
  expect([index.status, index.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
  expect(index.body).toContain("gridwarden");
  for (const accepted of [undefined, "br, gzip"]) {
    expect((await get("/phone/", accepted)).body).toContain("crew");
    expect((await get("/phone/index.html", accepted)).body).toContain("crew");
    const { status, headers } = await get("/phone?a=1", accepted);
    expect([status, headers.location]).toEqual([301, "/phone/?a=1"]);
    for (const url of ["/../server.ts", "/none/", "/.hidden", "/assets/", "/assets/none.js"]) {
      expect([url, (await get(url, accepted)).status]).toEqual([url, 404]);
    }
  }
});

test.each([
  ["/assets/main-1a2b.js", "public, max-age=31536000, immutable"],
  ["/assets/plain-3c4d.js", "public, max-age=31536000, immutable"],
  ["/", "no-cache"],
  ["/index.html", "no-cache"],
  ["/phone/", "no-cache"],
  ["/phone/assets/note.txt", "no-cache"],
  ["/sw.js", "no-cache"],
])("%s is kept as %s", async (url, kept) => {
  const get = await served();
  for (const accepted of [undefined, "gzip"]) {
    const { headers } = await get(url, accepted);
    expect([headers["cache-control"], headers.vary]).toEqual([kept, "accept-encoding"]);
    expect(headers["content-security-policy"]).toContain("script-src 'self'");
  }
});

test.each([
  ["/assets/main-1a2b.js", "gzip, deflate, br", "br"],
  ["/assets/main-1a2b.js", "gzip", "gzip"],
  ["/assets/main-1a2b.js", "identity", undefined],
  ["/assets/plain-3c4d.js", "gzip, deflate, br", undefined],
  ["/", "gzip, br", "gzip"],
])("%s to who takes '%s' comes as %s, with its own type", async (url, accepted, encoding) => {
  const get = await served();
  const { status, headers } = await get(url, accepted);
  expect([status, headers["content-encoding"]]).toEqual([200, encoding]);
  const type = url === "/" ? "text/html; charset=utf-8" : "application/javascript; charset=utf-8";
  expect(headers["content-type"]).toBe(type);
});

test("a file that the browser has already is not sent again", async () => {
  const { call } = await setUp({ webDirectory: pages() });
  const { headers } = await call("GET", "/index.html", { as: "" });
  const again = { as: "", headers: { "if-none-match": String(headers.etag) } };
  expect((await call("GET", "/index.html", again)).status).toBe(304);
});
