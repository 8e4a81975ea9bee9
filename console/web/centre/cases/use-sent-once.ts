/** A write that is sent once however often one clicks: busy while it goes, its fault when it did not. */
import { useState } from "preact/hooks";
import { post } from "../../shared/api.ts";
import { createRequestKeys } from "../../shared/request-key.ts";

interface SentOnce {
  isBusy: boolean;
  fault: unknown;
  /** `after` follows what was taken: a fault of it is told, too. */
  send(address: string, body: object, after: () => Promise<void>): Promise<void>;
}

export function useSentOnce(): SentOnce {
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [keyOf] = useState(() => createRequestKeys());
  return {
    isBusy,
    fault,
    async send(address, body, after) {
      setBusy(true);
      setFault(undefined);
      const headers = { "idempotency-key": keyOf(JSON.stringify(body)) };
      try {
        await post(address, body, { headers });
        await after();
      } catch (refused) {
        setFault(refused);
      }
      setBusy(false);
    },
  };
}
