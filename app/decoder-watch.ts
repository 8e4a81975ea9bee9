/**
 * Watches what comes of decoders' scripts, and switches one off whose faults are no accident: twenty more
 * than one in twenty of its answers make up for, or, where it only throws, twenty in which it answered
 * nobody: one device that sends nonsense does not blind the others of its make. Its uplinks are put aside until a corrected one is put,
 * engineers are told, and nothing else waits for it.
 */
import type { ScriptRuns } from "../ingest/ingest.ts";
import type { Clock, Instant } from "../model/clock.ts";
import type { KeptDecoder } from "../model/decoder.ts";
import { LIMITS } from "../model/limits.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { Notice } from "../model/notice.ts";
import type { Registry } from "../registry/registry.ts";

export interface DecoderWatchDeps {
  decoders: Pick<Registry["decoders"], "switchOff" | "switchedOff">;
  /** Has the engineers told, or their notice done. */
  tell(notices: { made?: Notice; done?: { noticeId: string; at: Instant } }): Promise<void>;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

export type DecoderWatch = ReturnType<typeof createDecoderWatch>;

export function createDecoderWatch(deps: DecoderWatchDeps) {
  const { clock, log } = deps;
  const scores = new Map<string, { version: number; score: number; throws: number }>();
  const runs = deps.metrics.counter(
    "gridwarden_decoder_runs_total",
    "Frames that scripts of decoders were given, by what came of them.",
    ["result"],
  );

  async function switchOff(decoderId: string, version: number, reason: string): Promise<void> {
    const off = { at: clock.now(), reason };
    const kept = await deps.decoders.switchOff(decoderId, version, off);
    if (kept === undefined) return;
    log.warn("a decoder is switched off after repeated faults", { decoderId, version, reason });
    await tellOff(kept);
  }

  /** Harmless twice. */
  async function tellOff(kept: KeptDecoder): Promise<void> {
    await deps.tell({
      made: {
        ...{ noticeId: noticeIdOf(kept), kind: "decoder-off", caseNo: undefined },
        ...{ unitId: undefined, lifeSafety: false, at: kept.off?.at ?? clock.now() },
      },
    });
  }

  return {
    /** Of one batch that was judged. */
    note(told: readonly ScriptRuns[]): void {
      for (const { decoderId, version, answered, faults, lastFault = "", ...run } of told) {
        runs.add(answered, { result: "answered" });
        runs.add(faults, { result: "failed" });
        const known = scores.get(decoderId);
        const before = known?.version === version ? known : { score: 0, throws: 0 };
        const costly = faults - run.throws;
        const score = Math.max(0, before.score + costly - answered / LIMITS.decoderAnswersPerFault);
        const throws = answered > 0 ? 0 : before.throws + run.throws;
        scores.set(decoderId, { version, score, throws });
        const isFailing = costly > 0 && score >= LIMITS.decoderFaultsMax;
        if (!isFailing && throws < LIMITS.decoderFaultsMax) continue;
        scores.delete(decoderId);
        switchOff(decoderId, version, lastFault).catch((error) => {
          log.error("a decoder that fails could not be switched off", {
            ...{ decoderId, version, error: String(error) },
          });
        });
      }
    },
    /** At a start: a crash may have come between the switch and the notice. */
    async remind(): Promise<void> {
      for (const kept of deps.decoders.switchedOff()) await tellOff(kept);
    },
    /** It was off, and is on again. */
    async switchedOn(former: KeptDecoder): Promise<void> {
      if (former.off === undefined) return;
      scores.delete(former.decoderId);
      await deps.tell({ done: { noticeId: noticeIdOf(former), at: clock.now() } });
    },
  };
}

function noticeIdOf({ decoderId, version, off }: KeptDecoder): string {
  return `decoder-off-${decoderId}-${version}-${off?.at ?? 0}`;
}
