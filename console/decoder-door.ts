/** What the console asks about decoders. */
import type {
  Decoder,
  DecoderTry,
  ExampleRun,
  KeptDecoder,
  TriedDecoder,
} from "../model/decoder.ts";
import type { Page, PageRequest } from "./deps.ts";

export interface DecodersDoor {
  list(request: PageRequest): Page<KeptDecoder>;
  get(decoderId: string): KeptDecoder | undefined;
  /**
   * Its examples are run first; `isForced` puts it whatever they say.
   * @throws DECODER_EXAMPLES_DIFFER, REQUEST_INVALID where there are too many
   */
  put(
    decoder: Decoder,
    isForced: boolean,
  ): Promise<{ decoder: KeptDecoder; examples: ExampleRun[] }>;
  /** @throws DECODER_NOT_FOUND, DECODER_IN_USE */
  remove(decoderId: string): Promise<void>;
  /** Keeps nothing. @throws DECODER_NOT_FOUND, DEVICE_NOT_FOUND, REQUEST_INVALID */
  try(asked: DecoderTry): Promise<TriedDecoder>;
}
