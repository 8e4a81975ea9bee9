/** What the console asks about publications of evaluations. */
import type {
  Publication,
  PublicationDetails,
  PublicationKind,
  PublicationState,
} from "../model/publication.ts";
import type { Actor, Page, PageRequest } from "./deps.ts";

export interface PublicationFilter {
  kind?: PublicationKind | undefined;
  period?: string | undefined;
  state?: PublicationState | undefined;
}

export interface PublicationsDoor {
  /** Those whose period ended last come first. @throws REQUEST_INVALID */
  list(request: PageRequest & PublicationFilter): Promise<Page<Publication>>;
  /** @throws PUBLICATION_NOT_FOUND */
  get(publicationId: string): Promise<PublicationDetails>;
  /** Counts a period that is over; a new draft only where it says something else than one that stands.
   * @throws REQUEST_INVALID */
  make(counted: { period: string; model: string }): Promise<{
    publication: Publication;
    isNew: boolean;
  }>;
  /** @throws PUBLICATION_NOT_FOUND, PUBLICATION_STATE_REFUSED, PUBLICATION_VERSION_CONFLICT */
  approve(
    publicationId: string,
    said: { version?: number | undefined },
    actor: Pick<Actor, "username">,
  ): Promise<Publication>;
  /** @throws as of approving */
  withdraw(
    publicationId: string,
    said: { version?: number | undefined; reason: string },
    actor: Pick<Actor, "username">,
  ): Promise<Publication>;
  /** The edition of the period that everybody may read. */
  approvedOf(period: string): Promise<PublicationDetails | undefined>;
}
