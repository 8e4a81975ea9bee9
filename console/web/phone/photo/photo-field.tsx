/** Photos of one moment, taken in the page and shown small; each can be taken out again. */
import { useEffect, useRef, useState } from "preact/hooks";
import { browserText, sayPhotoFault } from "../fault-words.ts";
import { outbox } from "../outbox/outbox.ts";
import { dropPhoto, type KeptPhoto, photoOf } from "../store.ts";
import { say } from "./photo-words.ts";
import { takePhoto } from "./take-photo.ts";

const LABEL = { before: "before", after: "after", other: "other" } as const;

interface PhotoFieldProps {
  moment: KeptPhoto["moment"];
  photos: readonly string[];
  onChange: (photos: string[]) => void;
}

export function PhotoField({ moment, photos, onChange }: PhotoFieldProps) {
  const [fault, setFault] = useState<string>();
  // Of this moment: the next photo may be taken while one is still being scaled.
  const latest = useRef(photos);
  latest.current = photos;
  const change = (next: string[]): void => {
    latest.current = next;
    onChange(next);
  };

  async function take(input: HTMLInputElement): Promise<void> {
    setFault(undefined);
    const files = [...(input.files ?? [])];
    input.value = "";
    try {
      const taken: string[] = [];
      for (const file of files) taken.push((await takePhoto(file, moment)).photoId);
      change([...latest.current, ...taken]);
    } catch (reason) {
      setFault(say("notTaken", { message: browserText(sayPhotoFault, reason) }));
    }
  }

  function takeOut(photoId: string): void {
    change(latest.current.filter((each) => each !== photoId));
    // Said on another page of this phone, it goes with what was said.
    if (!outbox.value.some(({ photos: sent }) => sent.includes(photoId))) void dropPhoto(photoId);
  }

  return (
    <div class="phone-photos">
      <label class="phone-camera">
        <span>{say(LABEL[moment])}</span>
        <input
          type="file"
          accept="image/*"
          capture="environment"
          data-moment={moment}
          onChange={(event) => void take(event.currentTarget)}
        />
      </label>
      {fault !== undefined && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      <ul>
        {photos.map((photoId, n) => (
          <li key={photoId}>
            <Small photoId={photoId} alt={say("photoOf", { n: n + 1 })} />
            <button
              type="button"
              aria-label={say("remove", { n: n + 1 })}
              onClick={() => takeOut(photoId)}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Small({ photoId, alt }: { photoId: string; alt: string }) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    let made: string | undefined;
    void photoOf(photoId).then((photo) => {
      if (photo === undefined) return;
      made = URL.createObjectURL(photo.blob);
      setAddress(made);
    });
    return () => {
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [photoId]);
  return address === undefined ? null : <img src={address} alt={alt} />;
}
