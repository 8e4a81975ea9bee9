/** What an inspector has seen of his area on a day, and the list of what he has not. */
import { useEffect, useState } from "preact/hooks";
import { againEach } from "../../shared/again.ts";
import { get, part, path } from "../../shared/api.ts";
import { useLoaded } from "../../shared/loaded.ts";
import { PagedList, usePaged } from "../../shared/paged.tsx";
import { Dialog, Fault } from "../../shared/parts.tsx";
import type { PatrolAreaItem, PatrolCoverage } from "../../shared/platform-types.ts";
import { href } from "../../shared/router.ts";
import { say } from "./patrol-words.ts";

interface PatrolSeenProps {
  area: PatrolAreaItem;
  /** `2026-11-27` */
  day: string;
  /** He is walking now: it is asked again and again. */
  isLive: boolean;
}

const ASK_EACH_MS = 60_000;
const addressOf = (username: string): string => `/api/v1/patrol-areas/${part(username)}/coverage`;

export function PatrolSeen({ area: { username, grids }, day, isLive }: PatrolSeenProps) {
  const [isListing, setListing] = useState(false);
  const hasArea = grids.length > 0;
  const { value, fault, reload } = useLoaded(
    async () =>
      hasArea ? await get<PatrolCoverage>(path(addressOf(username), { day, limit: 1 })) : undefined,
    [username, day, grids.join("\n"), isLive],
  );
  useEffect(() => (isLive ? againEach(ASK_EACH_MS, reload) : undefined), [isLive, reload]);
  if (!hasArea) return <>-</>;
  if (value === undefined) return <Fault fault={fault} onAgain={() => void reload()} />;
  const { seen, of, walkedM, share = 0 } = value;
  return (
    <>
      {say("seen", { percent: Math.floor(share * 100), seen, of })}
      <small>{say("walked", { far: `${(walkedM / 1_000).toFixed(1)} km` })}</small>
      {seen < of && (
        <button type="button" onClick={() => setListing(true)}>
          {say("unseen", { n: of - seen })}
        </button>
      )}
      {isListing && <Unseen username={username} day={day} onClose={() => setListing(false)} />}
    </>
  );
}

interface UnseenProps {
  username: string;
  day: string;
  onClose: () => void;
}

function Unseen({ username, day, onClose }: UnseenProps) {
  const paged = usePaged<PatrolCoverage["items"][number]>((cursor) =>
    path(addressOf(username), { day, cursor }),
  );
  return (
    <Dialog title={say("unseenOf", { name: username, day })} onClose={onClose}>
      <PagedList paged={paged} empty="">
        {(items) => (
          <ul>
            {items.map(({ assetId, name, responsibleGrid, gridCell }) => (
              <li key={assetId}>
                <a href={href("assets", assetId)}>{name}</a>{" "}
                <small>{responsibleGrid ?? gridCell}</small>
              </li>
            ))}
          </ul>
        )}
      </PagedList>
    </Dialog>
  );
}
