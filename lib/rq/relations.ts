/** Jobs that a job waits for, and jobs that wait for it. */
import type { Redis } from "ioredis";
import type { JobDetail } from "../api/schemas/jobs";
import { nameFromBytes, nameFromText } from "../names";
import { batch, count, list } from "../redis/pipeline";
import { jsonField } from "./hash";
import type { JobHash } from "./job-hash";
import { readRows } from "./job-rows";
import { dependenciesKey, dependentsKey, type Key } from "./keys";

const RELATED_MAX = 100;

type Relations = Pick<JobDetail, "depends_on" | "dependents" | "dependents_total">;

/** Some of a set: all when it is small, else what one step of a scan gives. */
async function someOf(redis: Redis, sets: readonly Key[]): Promise<{ ids: string[]; total: number }[]> {
  const sizes = (
    await batch(
      redis,
      sets.map((key) => ["SCARD", key] as const),
    )
  ).map((reply) => count(reply) ?? 0);
  const replies = await batch(
    redis,
    sets.map((key, index) =>
      (sizes[index] ?? 0) <= RELATED_MAX
        ? (["SMEMBERS", key] as const)
        : (["SSCAN", key, "0", "COUNT", RELATED_MAX] as const),
    ),
  );
  return replies.map((reply, index) => {
    const total = sizes[index] ?? 0;
    const members = total <= RELATED_MAX ? list(reply) : Array.isArray(reply) ? list(reply[1]) : [];
    return { ids: members.slice(0, RELATED_MAX).map(nameFromBytes).sort(), total };
  });
}

/** The sets expire with the job; the field is what RQ wrote when the job was made. */
function noted(hash: JobHash): string[] {
  const ids = jsonField(hash.get("dependency_ids"));
  if (!Array.isArray(ids)) return [];
  return ids
    .filter((id): id is string => typeof id === "string")
    .slice(0, RELATED_MAX)
    .map(nameFromText);
}

/** At most 100 of each, with their states. Four round trips. */
export async function readRelations(redis: Redis, hash: JobHash): Promise<Relations> {
  const [parents, children] = await someOf(redis, [dependenciesKey(hash.id), dependentsKey(hash.id)]);
  const above = parents === undefined || parents.ids.length === 0 ? noted(hash) : parents.ids;
  const below = children?.ids ?? [];
  const rows = await readRows(
    redis,
    [...above, ...below].map((id) => ({ id, queue: "", dueMs: null })),
    "plain",
    { errorOf: () => null },
  );
  const related = rows.map(({ job_id, status, func_name }) => ({ job_id, status, func_name }));
  return {
    depends_on: related.slice(0, above.length),
    dependents: related.slice(above.length),
    dependents_total: children?.total ?? 0,
  };
}
