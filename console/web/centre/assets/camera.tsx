/** The camera, where the browser has one and can read codes: tells each QR code that it sees. */
import { useEffect, useRef, useState } from "preact/hooks";
import { say } from "./onboarding-words.ts";

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type DetectorMaker = new (options: { formats: string[] }) => Detector;

const LOOK_MS = 250;
const makerOf = (): DetectorMaker | undefined =>
  (globalThis as { BarcodeDetector?: DetectorMaker }).BarcodeDetector;

export const canScan = (): boolean =>
  makerOf() !== undefined && navigator.mediaDevices?.getUserMedia !== undefined;

export function Camera({ onCode }: { onCode(text: string): void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [isRefused, setRefused] = useState(false);
  const told = useRef(onCode);
  told.current = onCode;
  useEffect(() => {
    let isOver = false;
    let stream: MediaStream | undefined;
    const Maker = makerOf();
    async function look(): Promise<void> {
      if (Maker === undefined || video.current === null) return;
      const wanted = { video: { facingMode: "environment" } };
      stream = await navigator.mediaDevices.getUserMedia(wanted);
      if (isOver) return stop();
      video.current.srcObject = stream;
      await video.current.play();
      const detector = new Maker({ formats: ["qr_code"] });
      while (!isOver && video.current !== null) {
        const [code] = await detector.detect(video.current).catch(() => []);
        if (code !== undefined && !isOver) told.current(code.rawValue);
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    }
    const stop = (): void => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    look().catch(() => setRefused(true));
    return () => {
      isOver = true;
      stop();
    };
  }, []);
  if (isRefused) return <p class="fault">{say("noCamera")}</p>;
  return <video class="assets-camera" ref={video} muted playsInline aria-label={say("camera")} />;
}
