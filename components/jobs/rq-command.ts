/** Commands for a terminal that name things from Redis. Pure; every foreign word is quoted for a POSIX shell. */
const PLAIN = /^[A-Za-z0-9_./:@%+=,-]+$/;
/** Text that a terminal could take as a key press, or that turns the direction of the text, is never put into a command. */
const DECEIVING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** One word of a command line. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Whether a name can be typed at all: not bytes, no control or direction characters, no option in disguise. */
export function typeable(name: string): boolean {
  return !name.startsWith("b64:") && !name.startsWith("-") && !DECEIVING.test(name);
}

/** `rq worker` for some queues; names that cannot be typed are left out, null when none is left. */
export function workerCommand(url: string, ...queues: string[]): string | null {
  const names = queues.filter(typeable).map(shellWord);
  return names.length > 0 ? `rq worker -u ${shellWord(url)} ${names.join(" ")}` : null;
}

/** Lets suspended workers go on. */
export function resumeCommand(url: string): string {
  return `rq resume -u ${shellWord(url)}`;
}

/** RQ's own requeue of one failed job, the same in RQ 1.16 and 2.x. */
export function requeueCommand(url: string, queue: string, jobId: string): string | null {
  if (!typeable(queue) || !typeable(jobId)) return null;
  return `rq requeue -u ${shellWord(url)} --queue ${shellWord(queue)} ${shellWord(jobId)}`;
}

/** `rq info` cannot show one job; this reads its state with RQ and unpickles nothing. */
export function lookCommand(url: string, jobId: string): string | null {
  if (!typeable(jobId)) return null;
  const program =
    "import sys; from redis import Redis; from rq.job import Job; " +
    "j = Job.fetch(sys.argv[2], connection=Redis.from_url(sys.argv[1])); " +
    "print(j.get_status(), j.origin, j.enqueued_at)";
  return `python -c ${shellWord(program)} ${shellWord(url)} ${shellWord(jobId)}`;
}
