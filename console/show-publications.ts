/** Publications as the API shows them: instants become ISO 8601 in the platform's zone. */
import { evaluationView } from "../model/evaluation.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Publication, PublicationDetails } from "../model/publication.ts";
import { present } from "./list-page.ts";
import type { PublicationAnswer, PublicationDetailAnswer } from "./schemas/publications.ts";

export function showPublication(publication: Publication, zone: TimeZone): PublicationAnswer {
  const { from, to, computedAt, approvedAt, withdrawnAt, ...kept } = publication;
  const iso = (at: number | undefined) => (at === undefined ? undefined : zone.iso(at));
  return present({
    ...kept,
    from: zone.iso(from),
    to: zone.iso(to),
    computedAt: zone.iso(computedAt),
    approvedAt: iso(approvedAt),
    withdrawnAt: iso(withdrawnAt),
  });
}

export function showPublicationDetails(
  { publication, brief }: PublicationDetails,
  zone: TimeZone,
): PublicationDetailAnswer {
  const { units, renewals, ...more } = brief;
  const shown = evaluationView(units, zone);
  return {
    ...showPublication(publication, zone),
    units: { ...shown, items: shown.items.map((item) => ({ ...item })) },
    renewals: renewals.map(({ firstAt, lastAt, ...item }) => ({
      ...item,
      firstAt: zone.iso(firstAt),
      lastAt: zone.iso(lastAt),
    })),
    ...more,
  };
}
