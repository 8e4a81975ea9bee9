/** A plant's data logger as a test needs it: frames with times of choice, over TCP in any pieces. */
import { connect, type Socket } from "node:net";
import {
  createFrameReader,
  frame,
  localDigits,
  type Received,
} from "../../firmware-sim/encoders/hj212.ts";

export const LOGGER = { mn: "411524WWTP0001", pw: "123456" };

/** A sample frame with other fields: `QN`, `DataTime` and the like, or text for text. */
export function retimed(sample: string, fields: Record<string, string | number>): Buffer {
  let data = sample.slice(6, -4);
  for (const [name, value] of Object.entries(fields)) {
    const text = typeof value === "number" ? digitsOf(name, value) : value;
    data = data.replace(new RegExp(`(?<=(^|[;,&-])${name}=)[^;,&]*`), text);
  }
  return frame(data);
}

function digitsOf(name: string, at: number): string {
  return name === "QN" ? localDigits(at) : localDigits(at).slice(0, 14);
}

export interface DialledIn {
  socket: Socket;
  answers: Received[];
  isClosed(): boolean;
  /** Written piece by piece, each on its own way before the next. */
  send(bytes: Uint8Array, pieceBytes?: number): Promise<void>;
}

export async function dialIn(port: number): Promise<DialledIn> {
  const socket = connect(port, "127.0.0.1");
  socket.setNoDelay(true);
  const answers: Received[] = [];
  const reader = createFrameReader();
  let isClosed = false;
  socket.on("data", (chunk) => answers.push(...reader.read(chunk)));
  socket.on("error", () => {});
  socket.on("close", () => {
    isClosed = true;
  });
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  const write = (piece: Uint8Array): Promise<void> =>
    new Promise((resolve) => socket.write(piece, () => resolve()));
  return {
    socket,
    answers,
    isClosed: () => isClosed,
    async send(bytes, pieceBytes = bytes.length) {
      for (let from = 0; from < bytes.length; from += pieceBytes) {
        await write(bytes.subarray(from, from + pieceBytes));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
