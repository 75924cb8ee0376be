"use client";

import { useWords } from "@/components/i18n/provider";
import { useOverview } from "@/components/live/provider";
import { Card, CardHead } from "@/components/ui/card";
import { Command } from "@/components/ui/command";
import type { JobDetail } from "@/lib/api/schemas/jobs";
import { jobsWords } from "@/lib/i18n/words/jobs";
import { lookCommand, requeueCommand } from "./rq-command";

/** What an operator would type instead: RQ's own requeue of a failed job, a look at any other. */
export function JobCommand({ job }: { job: JobDetail }) {
  const w = useWords(jobsWords);
  const { overview } = useOverview();
  const url = overview?.connection.label ?? null;
  if (url === null) return null;
  const failed = job.actions.retry.allowed;
  const command = failed ? requeueCommand(url, job.origin, job.job_id) : lookCommand(url, job.job_id);
  if (command === null) return null;
  return (
    <Card>
      <CardHead title={w.command} />
      <p className="mt-1 mb-1.5 text-muted">{failed ? w.commandRetry : w.commandLook}</p>
      <Command text={command} what={w.commandName} />
      <p className="mt-1.5 text-12 text-faint">{w.commandUrl}</p>
    </Card>
  );
}
