/** Publications for tests of the console: a draft of one month; its texts try to be markup. */
import { GridwardenError } from "../model/errors.ts";
import type { EvaluationItem } from "../model/evaluation.ts";
import type { Brief, Publication } from "../model/publication.ts";
import type { PublicationsDoor } from "./publication-door.ts";

export const HOSTILE_NAME = `<script>alert("1")</script>&'`;
const [FROM, TO] = [Date.UTC(2026, 9, 31, 16), Date.UTC(2026, 10, 30, 16)];

export const SAMPLE_PUBLICATION: Publication = {
  publicationId: "2026-11.1",
  ...{ kind: "month", period: "2026-11", from: FROM, to: TO, edition: 1, version: 1 },
  ...{ state: "draft", model: "B", computedAt: TO + 60_000, verified: true },
  hash: "ab".repeat(32),
};

const indicators = {
  dispatched: 4,
  handled: 3,
  handleRate: 0.75,
  closeRate: 0.5,
  reworkRate: null,
};
const scored = (subjectId: string, more: Partial<EvaluationItem> = {}): EvaluationItem => ({
  ...{ subjectId, name: `${subjectId} ${HOSTILE_NAME}`, kind: "contractor", peerGroup: "works" },
  ...{ indicators, basePoints: 87.5, score: 86.5, grade: "good", colour: "blue" },
  ...{ extras: [], marks: {} },
  deductions: [{ deductionId: "refused-return", points: 1, count: 1, caseNos: ["case-1"] }],
  ...{ rank: 1, rankedOf: 2, change: { score: -1.5, rank: 1 } },
  changeOnLastYear: { score: 2, rank: -1 },
  ...more,
});

export const SAMPLE_BRIEF: Brief = {
  units: {
    ...{ period: "2026-11", from: FROM, to: TO, subject: "unit", model: "B", asOf: TO },
    ...{ isOver: true, modelVersion: 0 },
    verified: true,
    items: [
      scored("works"),
      scored("lamps", { rank: 2, score: 58, grade: "poor", colour: "red" }),
      scored("idle", {
        ...{ rank: null, score: null, basePoints: null, grade: null, colour: null },
        ...{ deductions: [], change: { score: null, rank: null } },
      }),
    ],
  },
  area: { reported: 5, filed: 4, closed: 2, closeRate: 0.5 },
  lastPlaces: [
    {
      ...{ ruleId: "last-twice", subjectId: "lamps", name: `lamps ${HOSTILE_NAME}` },
      ...{ peerGroup: "works", periods: ["2026-11", "2026-10"], scores: [58, 61] },
    },
  ],
  renewals: [
    {
      ...{ assetId: "cover-1", name: `cover ${HOSTILE_NAME}`, conditionId: "cover-broken" },
      title: { zh: "井盖破损", en: "Cover broken" },
      ...{ unitId: "works", count: 3, firstAt: FROM, lastAt: TO - 1, caseNos: ["case-3"] },
    },
  ],
  hasMoreRenewals: true,
};

/** As a test sets it. */
export interface PublishedSample {
  publication: Publication;
  brief: Brief;
}

export function publicationsDouble(
  asked: { what: string; with: unknown }[],
  sample: PublishedSample = { publication: SAMPLE_PUBLICATION, brief: SAMPLE_BRIEF },
): PublicationsDoor {
  const isApproved = (): boolean => sample.publication.state === "approved";
  return {
    async list(request) {
      asked.push({ what: "publications.list", with: request });
      const isShown = request.state === undefined || request.state === sample.publication.state;
      return { items: isShown ? [sample.publication] : [] };
    },
    async get(publicationId) {
      if (publicationId === sample.publication.publicationId) return sample;
      throw new GridwardenError("PUBLICATION_NOT_FOUND", `no publication '${publicationId}'`);
    },
    async make(counted) {
      asked.push({ what: "publications.make", with: counted });
      return { publication: sample.publication, isNew: counted.model === "B" };
    },
    async approve(publicationId, said, { username }) {
      asked.push({ what: "publications.approve", with: { publicationId, said, username } });
      return { ...sample.publication, state: "approved", approvedBy: username, approvedAt: TO };
    },
    async withdraw(publicationId, said, { username }) {
      asked.push({ what: "publications.withdraw", with: { publicationId, said, username } });
      return { ...sample.publication, state: "withdrawn", withdrawnBy: username };
    },
    approvedOf: async (period) =>
      isApproved() && period === sample.publication.period ? sample : undefined,
  };
}
