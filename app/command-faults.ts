/** What every command of an operator says and answers in the same way: wrong options with the help and 64. */
const EXIT_USAGE = 64;

export class UsageError extends Error {}

/** On stdout; answers the exit code. */
export function say(text: string, exitCode = 0): number {
  process.stdout.write(text);
  return exitCode;
}

/** What `read` makes of the options. @throws UsageError in place of whatever it throws */
export function checkedOptions<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** On stderr what went wrong with `name`. Answers the exit code: `exitCode` where the options were right. */
export function tellFault(
  error: unknown,
  { name, help, exitCode }: { name: string; help: string; exitCode: number },
): number {
  process.stderr.write(`gridwarden ${name}: ${(error as Error).message}\n`);
  if (!(error instanceof UsageError)) return exitCode;
  process.stderr.write(`\n${help}`);
  return EXIT_USAGE;
}
