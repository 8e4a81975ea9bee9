/** The camera's picture while it looks for a QR code, and a photo for where there is no camera. */
import { useEffect, useRef, useState } from "preact/hooks";
import { codeOnPhoto, readFrames } from "./read-code.ts";
import "./scan.css";
import { say } from "./scan-words.ts";

export interface ScannerProps {
  /** Each code that is seen, the same one again and again while it is held before the camera. */
  onCode(text: string): void;
}

export default function Scanner({ onCode }: ScannerProps) {
  return (
    <div class="scan">
      <Camera onCode={onCode} />
      <PhotoChoice onCode={onCode} />
    </div>
  );
}

/** The back camera, sharp enough for a label at arm's length. */
const WANTED = { video: { facingMode: "environment", width: { ideal: 1_280 } } };

function Camera({ onCode }: ScannerProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [fault, setFault] = useState<"cameraMissing" | "cameraRefused">();
  const told = useRef(onCode);
  told.current = onCode;
  useEffect(() => {
    let isOver = false;
    let stop = (): void => undefined;
    async function look(shown: HTMLVideoElement): Promise<void> {
      const stream = await navigator.mediaDevices.getUserMedia(WANTED);
      const endStream = (): void => {
        for (const track of stream.getTracks()) track.stop();
      };
      if (isOver) return endStream();
      const endReading = readFrames(shown, (text) => told.current(text));
      stop = () => {
        endReading();
        endStream();
      };
      shown.srcObject = stream;
      await shown.play();
    }
    if (video.current !== null) {
      look(video.current).catch((reason: unknown) => isOver || setFault(faultOf(reason)));
    }
    return () => {
      isOver = true;
      stop();
    };
  }, []);
  if (fault !== undefined) {
    return (
      <p class="fault" role="alert">
        {say(fault)}
      </p>
    );
  }
  return <video ref={video} muted playsInline aria-label={say("camera")} />;
}

const faultOf = (reason: unknown): "cameraMissing" | "cameraRefused" =>
  reason instanceof DOMException && reason.name === "NotAllowedError"
    ? "cameraRefused"
    : "cameraMissing";

function PhotoChoice({ onCode }: ScannerProps) {
  const [state, setState] = useState<"" | "reading" | "noCode" | "noPhoto">("");

  async function read(input: HTMLInputElement): Promise<void> {
    const [file] = input.files ?? [];
    input.value = "";
    if (file === undefined) return;
    setState("reading");
    try {
      const text = await codeOnPhoto(file);
      setState(text === undefined ? "noCode" : "");
      if (text !== undefined) onCode(text);
    } catch {
      setState("noPhoto");
    }
  }

  return (
    <>
      <label class="button scan-photo">
        <span>{say("photo")}</span>
        <input
          type="file"
          name="code-photo"
          accept="image/*"
          capture="environment"
          onChange={(event) => void read(event.currentTarget)}
        />
      </label>
      {state === "reading" && <p role="status">{say("reading")}</p>}
      {(state === "noCode" || state === "noPhoto") && (
        <p class="fault" role="alert">
          {say(state)}
        </p>
      )}
    </>
  );
}
