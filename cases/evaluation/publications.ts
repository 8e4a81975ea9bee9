/**
 * What is done with publications: a brief becomes a draft once, a leader approves it, and an approved
 * one, or a draft, is withdrawn. Nothing is deleted and no figure changes; of a period one edition at
 * most is approved. Every call takes the transaction it belongs to.
 */
import type { Instant } from "../../model/clock.ts";
import type { Sql } from "../../model/database.ts";
import { GridwardenError } from "../../model/errors.ts";
import { UnitId } from "../../model/ids.ts";
import type { LastPlace } from "../../model/last-place.ts";
import type { Notice } from "../../model/notice.ts";
import type { Brief, Publication } from "../../model/publication.ts";
import { kindOfPeriod } from "./due-periods.ts";
import {
  approvedOf,
  hashOf,
  insertPublication,
  lastEdition,
  needPublication,
  publicationConflict,
  sameEdition,
  updatePublication,
} from "./publication-store.ts";

interface Said {
  publicationId: string;
  /** The version that was seen; any when absent. */
  version?: number | undefined;
}

/** A draft, or the edition that stands and says the same; with what people are to be told. */
export async function keepBrief(
  tx: Sql,
  counted: { brief: Brief } & Pick<Publication, "verified" | "fault">,
  now: Instant,
): Promise<{ publication: Publication; isNew: boolean; notices: Notice[] }> {
  const { brief, verified, fault } = counted;
  const { period, from, to, model } = brief.units;
  const kept = JSON.stringify(brief);
  const hash = hashOf(kept);
  const notices = verified ? brief.lastPlaces.map((met) => noticeOf(met, period, now)) : [];
  const same = await sameEdition(tx, period, hash);
  // One that a clock counted which ran ahead is not approved, whatever its figures are.
  if (same !== undefined && same.computedAt <= now) {
    return { publication: same, isNew: false, notices };
  }
  const edition = (await lastEdition(tx, period)) + 1;
  const publication: Publication = {
    publicationId: `${period}.${edition}`,
    ...{ period, kind: kindOfPeriod(period), from, to, edition, version: 1, state: "draft", model },
    ...{ computedAt: now, verified, ...(fault !== undefined && { fault }), hash },
  };
  await insertPublication(tx, publication, kept);
  return { publication, isNew: true, notices };
}

/** The same rule, period and unit are told once. */
function noticeOf({ ruleId, subjectId }: LastPlace, period: string, at: Instant): Notice {
  return {
    noticeId: `last-place:${ruleId}:${period}:${subjectId}`,
    kind: "last-place",
    unitId: UnitId.parse(subjectId),
    lifeSafety: false,
    at,
    lastPlace: { ruleId, period },
  };
}

/**
 * Everybody may read it from now on; the edition that was approved before is withdrawn.
 * @throws GridwardenError PUBLICATION_NOT_FOUND, PUBLICATION_STATE_REFUSED,
 * PUBLICATION_VERSION_CONFLICT
 */
export async function approvePublication(
  tx: Sql,
  said: Said,
  username: string,
  now: Instant,
): Promise<Publication> {
  const { publication, brief } = await needPublication(tx, said.publicationId);
  checkVersion(publication, said);
  checkApprovable(publication, brief, now);
  const former = await approvedOf(tx, publication.period);
  if (former !== undefined) {
    const reason = `replaced by ${publication.publicationId}`;
    await change(tx, former.publication, {
      ...{ state: "withdrawn", withdrawnBy: username, withdrawnAt: now, reason },
    });
  }
  return await change(tx, publication, {
    ...{ state: "approved", approvedBy: username, approvedAt: now },
  });
}

/** Nobody but those who work with it sees it any more. @throws as of approving */
export async function withdrawPublication(
  tx: Sql,
  said: Said & { reason: string },
  username: string,
  now: Instant,
): Promise<Publication> {
  const { publication } = await needPublication(tx, said.publicationId);
  checkVersion(publication, said);
  if (publication.state === "withdrawn") {
    throw refused(publication, "is withdrawn already; count the period again for a new draft");
  }
  const { reason } = said;
  return await change(tx, publication, {
    ...{ state: "withdrawn", withdrawnBy: username, withdrawnAt: now, reason },
  });
}

async function change(
  tx: Sql,
  publication: Publication,
  more: Partial<Publication>,
): Promise<Publication> {
  const { version } = publication;
  const changed: Publication = { ...publication, ...more, version: version + 1 };
  await updatePublication(tx, changed, version);
  return changed;
}

function checkVersion({ publicationId, version }: Publication, said: Said): void {
  if (said.version === undefined || said.version === version) return;
  throw publicationConflict(publicationId, said.version, version);
}

function checkApprovable(publication: Publication, brief: string, now: Instant): void {
  const { state, verified, fault, hash, computedAt } = publication;
  if (state !== "draft") throw refused(publication, `is ${state}; a draft is approved`);
  if (!verified) {
    const where = fault === undefined ? "" : ` (${fault.message})`;
    throw refused(
      publication,
      `was counted from records that are not as they were written${where}`,
    );
  }
  if (computedAt > now) {
    throw refused(publication, "was counted by a clock that ran ahead; count the period again");
  }
  if (hashOf(brief) !== hash) {
    throw refused(publication, "does not give its hash: its figures were changed in the database");
  }
}

const refused = ({ publicationId, state }: Publication, why: string): GridwardenError =>
  new GridwardenError("PUBLICATION_STATE_REFUSED", `publication '${publicationId}' ${why}`, {
    details: { publicationId, state },
  });
