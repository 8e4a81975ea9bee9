/** What the console asks about the doors at which other platforms push. */
import type { Intake, IntakeFormat, SecretWish } from "../model/intake.ts";
import type { Page, PageRequest } from "./deps.ts";

export interface PushSaid {
  /** The first of each name. */
  headers: Record<string, string>;
  query: Record<string, string>;
  body: Uint8Array;
}

export interface IntakesDoor {
  list(request: PageRequest): Page<Intake>;
  /** Answers its secret where one was made. @throws REQUEST_INVALID where there are too many */
  put(intake: Intake, wish: SecretWish): Promise<string | undefined>;
  /** @throws INTAKE_NOT_FOUND */
  remove(intakeId: string): Promise<void>;
  /** Settles when the push is on disk. @throws INTAKE_REFUSED, JOURNAL_FULL, JOURNAL_WRITE_FAILED */
  take(format: IntakeFormat, said: PushSaid): Promise<void>;
  /** What answers a platform that tries the address. @throws INTAKE_REFUSED, REQUEST_INVALID */
  challenge(format: IntakeFormat, said: PushSaid): string;
}
