/**
 * QuickJS in WebAssembly with a memory of our own, which is put back byte by byte to what it was when
 * it was kept: as a board that is wiped and drawn anew before each lesson. That is cheap because
 * whatever may be written lies in three known stretches: below the stack's top, in what an image
 * holds of the heap, and in a bounded stretch of free heap at the memory's end. What lies between is
 * taken by one block that nobody writes.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import quickjs from "@jitl/quickjs-wasmfile-release-sync";
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from "quickjs-emscripten-core";

/** What a memory held. It fits only the memory that it was taken of. */
export interface MemoryImage {
  /** From 0 to the stack's top: static data, then the stack. */
  low: Uint8Array;
  /** From the heap's begin to the block that nobody writes. */
  heap: Uint8Array;
  /** The block behind it. */
  block: number;
  /** The two ends of the free heap, where its own marks are; it is zero between them. */
  freeBegin: Uint8Array;
  freeEnd: Uint8Array;
}

export interface QuickJsMemory {
  quickjs: QuickJSWASMModule;
  /** All of it; whoever reads it proves that it was put back. */
  bytes: Uint8Array;
  /** An image whose heap has `FREE_BYTES` for a call; undefined: so much is not left. */
  keep(): MemoryImage | undefined;
  /** As `keep` left it. */
  restore(image: MemoryImage): void;
  /** The same, and the block that nobody writes is given back, all zero: the image can grow. */
  reopen(image: MemoryImage): void;
}

/** Names in the built module, which has none that speak; they go with its exact version. */
interface Inside {
  malloc(bytes: number): number;
  free(address: number): void;
  stackTop(): number;
  setStackTop(address: number): void;
}

const PAGE_BYTES = 65_536;
/** The module asks for so many at least; it never gets more. */
const PAGES = 256;
/** The stack that the module was linked with, between its static data and its heap. */
const LINKED_STACK_BYTES = 5 * 1024 * 1024;
/** The stack that it is given, right above its static data: past its end the module traps. */
const STACK_BYTES = 320 * 1024;
/** Behind the heap of an image; a quarter more than a call may take, for what lies between. */
const FREE_BYTES = 1_310_720;
/** At each end of the free heap. */
const MARK_BYTES = 4_096;
/** So many blocks of `FREE_BYTES` the whole memory has not. */
const HOLES_MAX = 16;
/** Of a time in the C library's form. */
const C_TIME_BYTES = 44;

/** The part of WebAssembly that is used, which Node's own types leave out. */
interface WasmEngine {
  compile(bytes: Uint8Array): Promise<object>;
  Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  Instance: new (module: object, imports: Imports) => Instance;
}
type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
interface Instance {
  readonly exports: Readonly<Record<string, unknown>>;
}
type Instantiate = (imports: Imports, done: (instance: Instance) => void) => Instance["exports"];

const wasm = Reflect.get(globalThis, "WebAssembly") as WasmEngine;
/** What an import finds is the variant itself; its types are those of `require`. */
const variant = quickjs as unknown as QuickJSSyncVariant;

export async function openQuickJs(): Promise<QuickJsMemory> {
  const wasmMemory = new wasm.Memory({ initial: PAGES, maximum: PAGES });
  const bytes = new Uint8Array(wasmMemory.buffer);
  const file = createRequire(import.meta.url).resolve("@jitl/quickjs-wasmfile-release-sync/wasm");
  const wasmModule = await wasm.compile(readFileSync(file));
  let inside: Inside | undefined;
  const instantiateWasm: Instantiate = (imports, done) => {
    const instance = new wasm.Instance(wasmModule, inUtc(imports, bytes));
    inside = insideOf(instance);
    done(instance);
    return instance.exports;
  };
  // Its last words when it falls, which whoever called it hears as well.
  const printErr = (): void => {};
  const own = { wasmMemory: wasmMemory as never, emscriptenModule: { instantiateWasm, printErr } };
  const opened = await newQuickJSWASMModuleFromVariant(newVariant(variant, own));
  if (inside === undefined) throw new Error("QuickJS was not opened in a memory of ours");
  return memoryOf(opened, bytes, inside);
}

/** The engine asks its host how far the local time is off UTC: not at all, wherever it runs. */
function inUtc(imports: Imports, bytes: Uint8Array): Imports {
  const localTime = (_seconds: bigint, address: number): void => {
    bytes.fill(0, address, address + C_TIME_BYTES);
  };
  return { a: { ...imports.a, m: localTime } };
}

function insideOf({ exports }: Instance): Inside {
  return {
    malloc: exports.v as Inside["malloc"],
    free: exports.M as Inside["free"],
    stackTop: exports.Oa as Inside["stackTop"],
    setStackTop: exports.Ma as Inside["setStackTop"],
  };
}

function memoryOf(quickjs: QuickJSWASMModule, bytes: Uint8Array, inside: Inside): QuickJsMemory {
  const heapFrom = inside.stackTop();
  const top = heapFrom - LINKED_STACK_BYTES + STACK_BYTES;
  const freeFrom = bytes.length - FREE_BYTES;
  inside.setStackTop(top);
  takeAll(inside, bytes.length - heapFrom);

  const restore = ({ low, heap, freeBegin, freeEnd }: MemoryImage): void => {
    inside.setStackTop(top);
    bytes.set(low);
    bytes.set(heap, heapFrom);
    bytes.set(freeBegin, freeFrom);
    bytes.fill(0, freeFrom + MARK_BYTES, bytes.length - MARK_BYTES);
    bytes.set(freeEnd, bytes.length - MARK_BYTES);
  };

  return {
    quickjs,
    bytes,
    restore,
    reopen(image) {
      restore(image);
      bytes.fill(0, image.block, freeFrom);
      inside.free(image.block);
    },
    keep() {
      const block = takeUpTo(inside, freeFrom);
      if (block === undefined) return undefined;
      const image = {
        low: bytes.slice(0, top),
        heap: bytes.slice(heapFrom, block),
        block,
        freeBegin: bytes.slice(freeFrom, freeFrom + MARK_BYTES),
        freeEnd: bytes.slice(bytes.length - MARK_BYTES),
      };
      restore(image);
      return image;
    },
  };
}

/** The heap grows by steps; after this it has all there is, and never moves its end again. */
function takeAll({ malloc, free }: Inside, bytesMax: number): void {
  for (let bytes = bytesMax; bytes > 0; bytes -= PAGE_BYTES) {
    const block = malloc(bytes);
    if (block === 0) continue;
    free(block);
    return;
  }
}

/**
 * The address of a new block behind all that is in use, up to the free heap. What was freed in between
 * may be as large; such holes are held until the block is found, and then given back.
 */
function takeUpTo({ malloc, free }: Inside, end: number): number | undefined {
  const held: number[] = [];
  let found: number | undefined;
  while (found === undefined && held.length < HOLES_MAX) {
    const probe = malloc(FREE_BYTES);
    if (probe === 0) break;
    free(probe);
    const block = probe < end ? malloc(end - probe) : 0;
    if (block === probe) found = block;
    else if (block !== 0) free(block);
    if (found === undefined) held.push(malloc(FREE_BYTES));
  }
  for (const hole of held) free(hole);
  return found;
}
