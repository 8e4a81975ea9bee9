/** What is asked again and again, a while after each answer. */

/**
 * Never twice at once: where an answer is long in coming, as while somebody has to sign in again, no
 * further questions pile up behind it. Answers what ends it. What `act` throws is its own to tell.
 */
export function againEach(ms: number, act: () => Promise<unknown>): () => void {
  let isOver = false;
  let timer: ReturnType<typeof setTimeout>;
  const wait = (): void => {
    timer = setTimeout(() => void turn(), ms);
  };
  const turn = async (): Promise<void> => {
    await act().catch(() => undefined);
    if (!isOver) wait();
  };
  wait();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
