/** The test broker as a process of its own, to be killed: `node test-process.ts <data folder>`. */
import { startTestBroker } from "./test-broker.ts";

const [, , directory = ""] = process.argv;
const at = await startTestBroker({ directory });

process.on("message", (message: { topic: string; payload: string }) => {
  at.broker.publish({ ...message, qos: 1 }).then(
    () => process.send?.("published"),
    (error: unknown) => process.send?.(String(error)),
  );
});
process.send?.(at.port);
