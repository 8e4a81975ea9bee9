/** The report in somebody's own words, with its photos. */
import { useEffect, useState } from "preact/hooks";
import { scaledPhoto } from "../shared/scaled-photo.ts";
import { draft, write } from "./draft.ts";
import { say } from "./report-words.ts";

const PHOTOS_MAX = 3;
const LETTERS_MAX = 1_000;

export function DescribeField() {
  const { description, photos } = draft.value;
  const [isBad, setBad] = useState(false);

  async function take(input: HTMLInputElement): Promise<void> {
    const files = [...(input.files ?? [])];
    input.value = "";
    setBad(false);
    for (const file of files) {
      if (draft.value.photos.length >= PHOTOS_MAX) return;
      try {
        const photo = await scaledPhoto(file);
        write({ photos: [...draft.value.photos, photo] });
      } catch {
        setBad(true);
      }
    }
  }

  return (
    <>
      <label class="field">
        <span>{say("describe")}</span>
        <textarea
          name="description"
          rows={3}
          maxLength={LETTERS_MAX}
          value={description}
          onInput={(event) => write({ description: event.currentTarget.value })}
        />
      </label>
      <div class="report-photos">
        {photos.length < PHOTOS_MAX && (
          <label class="button report-camera">
            <span>{say("photo")}</span>
            <input
              type="file"
              name="photo"
              accept="image/*"
              aria-describedby="photo-hint"
              onChange={(event) => void take(event.currentTarget)}
            />
          </label>
        )}
        <ul>
          {photos.map((photo, n) => (
            <li key={`${n} ${photo.size}`}>
              <Small photo={photo} alt={say("photoOf", { n: n + 1 })} />
              <button
                type="button"
                aria-label={say("remove", { n: n + 1 })}
                onClick={() => write({ photos: photos.filter((each) => each !== photo) })}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
        <small id="photo-hint">{say("photoHint", { n: PHOTOS_MAX })}</small>
      </div>
      {isBad && (
        <p class="fault" role="alert">
          {say("notTaken")}
        </p>
      )}
    </>
  );
}

function Small({ photo, alt }: { photo: Blob; alt: string }) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(photo);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [photo]);
  return address === undefined ? null : <img src={address} alt={alt} />;
}
