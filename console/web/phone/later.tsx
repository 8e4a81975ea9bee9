/** A page whose code is loaded when it is first shown. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Fault } from "../shared/parts.tsx";
import { say } from "../shared/shared-words.ts";

export function Later({ load }: { load: () => Promise<{ default: ComponentType }> }) {
  const [found, setFound] = useState<{ load: typeof load; Page: ComponentType }>();
  const [fault, setFault] = useState<unknown>();
  useEffect(() => {
    let isOver = false;
    setFault(undefined);
    load().then(
      (module) => isOver || setFound({ load, Page: module.default }),
      (reason: unknown) => isOver || setFault(reason),
    );
    return () => {
      isOver = true;
    };
  }, [load]);
  if (fault !== undefined) return <Fault fault={fault} onAgain={() => location.reload()} />;
  if (found?.load !== load) return <p class="quiet">{say("loading")}</p>;
  return <found.Page />;
}
