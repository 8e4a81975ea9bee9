/** A report on the spot: where, what, a photo; goes into the outbox and is sent when there is network. */
import { useRef, useState } from "preact/hooks";
import { classes } from "../../shared/catalogue.ts";
import { Field } from "../../shared/parts.tsx";
import { inLanguage } from "../../shared/words.ts";
import { useDraft } from "../draft.ts";
import { say as sayToPlatform } from "../outbox/outbox.ts";
import { PhotoField } from "../photo/photo-field.tsx";
import { randomId } from "../secure.ts";
import { findCategories } from "./category.ts";
import { say } from "./patrol-words.ts";
import { type ChosenSpot, SpotField } from "./spot-field.tsx";

interface Draft extends ChosenSpot {
  typed: string;
  category?: { class: string; conditionId: string; title: { zh: string; en: string } };
  description: string;
  photos: string[];
}
const EMPTY: Draft = { address: "", typed: "", description: "", photos: [] };
const WORDS_MAX = 2_000;

export default function ReportPage() {
  const [draft, set, clear] = useDraft<Draft>("report", EMPTY);
  const [isTaken, setTaken] = useState(false);
  // Of the next report: a second tap says the same one again.
  const nextId = useRef(randomId());
  const { spot, asset, category, description } = draft;

  async function report(event: Event): Promise<void> {
    event.preventDefault();
    if (spot === undefined) return;
    const place = asset === undefined ? spot : { assetId: asset.assetId };
    const words = description.trim();
    const isKept = await sayToPlatform({
      chain: `report ${nextId.current}`,
      photos: draft.photos,
      act: {
        kind: "report",
        body: {
          source: "patrol",
          ...place,
          ...(category !== undefined && { conditionId: category.conditionId }),
          ...(draft.address !== "" && { address: draft.address }),
          ...(words !== "" && { description: words }),
        },
      },
    });
    if (!isKept) return;
    nextId.current = randomId();
    clear();
    setTaken(true);
  }

  return (
    <form class="phone-page phone-form" id="report" onSubmit={(event) => void report(event)}>
      <h1>{say("report")}</h1>
      {isTaken && (
        <p class="phone-good" role="status">
          {say("reported")}
        </p>
      )}
      <SpotField
        chosen={draft}
        onChange={(change) => {
          setTaken(false);
          set(change);
        }}
      />
      <CategoryField draft={draft} set={set} />
      <Field label={say("describe")}>
        <textarea
          name="description"
          rows={3}
          maxLength={WORDS_MAX}
          required={category === undefined}
          value={description}
          onInput={(event) => set({ description: event.currentTarget.value })}
        />
      </Field>
      <PhotoField moment="before" photos={draft.photos} onChange={(photos) => set({ photos })} />
      {spot === undefined && <p class="phone-soft">{say("noPlace")}</p>}
      <button type="submit" class="main phone-large" disabled={spot === undefined}>
        {say("send")}
      </button>
    </form>
  );
}

interface CategoryFieldProps {
  draft: Draft;
  set: (change: Partial<Draft>) => void;
}

function CategoryField({ draft: { typed, category, asset }, set }: CategoryFieldProps) {
  const found = findCategories(classes(), typed, asset?.class);
  return (
    <>
      <Field label={say("category")}>
        <input
          name="category"
          autoComplete="off"
          value={typed}
          onInput={(event) => set({ typed: event.currentTarget.value })}
        />
      </Field>
      <div class="phone-chips">
        {found.map(({ class: of, conditionId, title }) => (
          <button
            key={`${of.slug} ${conditionId}`}
            type="button"
            aria-pressed={category?.conditionId === conditionId && category.class === of.slug}
            onClick={() => set({ category: { class: of.slug, conditionId, title } })}
          >
            {inLanguage(of.title)} · {inLanguage(title)}
          </button>
        ))}
      </div>
      <p class="phone-soft">
        {category === undefined
          ? say("categoryGeneral")
          : say("categoryChosen", { title: inLanguage(category.title) })}
      </p>
    </>
  );
}
