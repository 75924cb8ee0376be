/** The queues of the demo: the workers of examples/rq, and who enqueues jobs for them. Needs a Python that has RQ. */
import { keep, pythonProgram } from "./children";

/** Which worker listens to what. One letter is all that `document_procesing` lacks, and nobody listens to it. */
const WORKERS = [
  { name: "web", queues: "high,default,atacadao" },
  { name: "batch", queues: "low,cleanup_tasks" },
  { name: "documents", queues: "document_processing" },
] as const;

/** Runs for ever. */
export async function startQueues(redisUrl: string, python: string): Promise<void> {
  await Promise.all([
    keep(redisUrl, () => pythonProgram(python, "demo/producer.py")),
    ...WORKERS.map(({ name, queues }) =>
      keep(redisUrl, (starts) =>
        pythonProgram(python, "rq/worker.py", "--name", `${name}-${starts + 1}`, "--queues", queues),
      ),
    ),
  ]);
}
