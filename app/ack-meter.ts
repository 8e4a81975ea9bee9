/** How long uplinks wait for their acknowledgement: from the broker's hand to the disk, since it was read last. */
export interface AckMeter {
  /** Of one uplink that came now. */
  timed(done: (error?: Error) => void): (error?: Error) => void;
  read(): { acknowledged: number; ackMsMean: number; ackMsMax: number };
}

/** @param nowMs of a clock that is never set back */
export function createAckMeter(nowMs: () => number): AckMeter {
  let acknowledged = 0;
  let sumMs = 0;
  let ackMsMax = 0;
  return {
    timed(done) {
      const begunAt = nowMs();
      return (error) => {
        const ms = nowMs() - begunAt;
        acknowledged += 1;
        sumMs += ms;
        ackMsMax = Math.max(ackMsMax, ms);
        done(error);
      };
    },
    read() {
      const read = { acknowledged, ackMsMean: sumMs / Math.max(1, acknowledged), ackMsMax };
      [acknowledged, sumMs, ackMsMax] = [0, 0, 0];
      return read;
    },
  };
}
