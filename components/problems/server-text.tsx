"use client";

import { useFormat, useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { TroubleAdvice, TroubleTitle, TroubleWhy } from "@/components/shell/redis-trouble";
import { Code } from "@/components/ui/code";
import { Foreign } from "@/components/ui/name";
import { Time } from "@/components/ui/time";
import type { Evidence } from "@/lib/api/schemas/problems";
import { problemHelpWords } from "@/lib/i18n/words/problem-help";
import { problemWords } from "@/lib/i18n/words/problems";
import { troubleKind, troubleRemedy } from "@/lib/i18n/words/troubles";
import { type Of, Several } from "./parts";

const SERVER_KINDS = [
  "redis-unreachable",
  "data-stale",
  "redis-denied",
  "redis-memory",
  "redis-evicts",
] as const satisfies readonly Evidence["kind"][];

/** Evidence about the Redis server itself. */
export type ServerEvidence = Of<(typeof SERVER_KINDS)[number]>;
export type MemoryEvidence = Of<"redis-memory" | "redis-evicts">;

export function isOfServer(evidence: Evidence): evidence is ServerEvidence {
  return (SERVER_KINDS as readonly string[]).includes(evidence.kind);
}

function Commands({ commands }: { commands: readonly string[] }) {
  return (
    <Several>
      {commands.map((command) => (
        <Code key={command}>{command.replace("|", " ").toUpperCase()}</Code>
      ))}
    </Several>
  );
}

/** What is wrong with the server, in one sentence. */
export function ServerTitle({ evidence }: { evidence: ServerEvidence }) {
  const w = useWords(problemWords);
  const h = useWords(problemHelpWords);
  const format = useFormat();
  switch (evidence.kind) {
    case "redis-unreachable":
      return <TroubleTitle {...evidence} />;
    case "data-stale":
      return <Rich text={w.stale.title} parts={{ label: <Foreign text={evidence.label} /> }} />;
    case "redis-denied":
      return (
        <Rich
          text={h.denied.title(evidence.commands.length)}
          parts={{ commands: <Commands commands={evidence.commands} /> }}
        />
      );
    case "redis-memory": {
      const share = format.percent(evidence.used_bytes, evidence.limit_bytes);
      return evidence.limit_of === "redis" ? h.memory.title(share) : h.memory.titleMachine(share);
    }
    case "redis-evicts":
      return h.evicts.title(evidence.evicted);
  }
}

function Unreachable({ evidence }: { evidence: Of<"redis-unreachable"> }) {
  const w = useWords(problemWords).unreachable;
  return (
    <>
      <TroubleWhy trouble={evidence.trouble} />{" "}
      {evidence.last_good_ms !== null && (
        <>
          <Rich text={w.last} parts={{ when: <Time ms={evidence.last_good_ms} /> }} />{" "}
        </>
      )}
      {evidence.next_try_at_ms !== null && (
        <Rich text={w.next} parts={{ when: <Time ms={evidence.next_try_at_ms} /> }} />
      )}
    </>
  );
}

/** What Redis will do, or does, for want of memory. */
function Policy({ evidence }: { evidence: MemoryEvidence }) {
  const h = useWords(problemHelpWords);
  const { policy } = evidence;
  const words = evidence.kind === "redis-evicts" ? h.evicts : h.memory;
  const parts = { policy: <Code>{policy}</Code> };
  if (policy.startsWith("volatile-")) return <Rich text={words.volatile} parts={parts} />;
  if (policy.startsWith("allkeys-")) return <Rich text={words.allkeys} parts={parts} />;
  return policy === "noeviction" ? h.memory.noeviction : h.memory.unknownPolicy;
}

function Memory({ evidence }: { evidence: MemoryEvidence }) {
  const h = useWords(problemHelpWords).memory;
  const format = useFormat();
  return (
    <>
      {evidence.limit_bytes > 0 && (
        <>
          <Rich
            text={h.used}
            parts={{ used: format.bytes(evidence.used_bytes), limit: format.bytes(evidence.limit_bytes) }}
          />{" "}
        </>
      )}
      {evidence.limit_of === "machine" ? h.noLimit : <Policy evidence={evidence} />}
    </>
  );
}

/** The facts behind the sentence about the server. */
export function ServerEvidence({ evidence }: { evidence: ServerEvidence }) {
  const w = useWords(problemWords);
  const h = useWords(problemHelpWords);
  switch (evidence.kind) {
    case "redis-unreachable":
      return <Unreachable evidence={evidence} />;
    case "data-stale":
      return evidence.last_good_ms === null ? null : (
        <Rich text={w.stale.last} parts={{ when: <Time ms={evidence.last_good_ms} /> }} />
      );
    case "redis-denied":
      return <Rich text={h.denied.list} parts={{ commands: <Commands commands={evidence.commands} /> }} />;
    case "redis-memory":
    case "redis-evicts":
      return <Memory evidence={evidence} />;
  }
}

/** What to do about it. */
export function ServerAdvice({ evidence }: { evidence: ServerEvidence }) {
  const w = useWords(problemWords);
  const h = useWords(problemHelpWords);
  switch (evidence.kind) {
    case "redis-unreachable":
      return <TroubleAdvice trouble={evidence.trouble} />;
    case "data-stale":
      return w.stale.do;
    case "redis-denied":
      return h.denied.do;
    case "redis-memory":
      return evidence.limit_of === "redis" ? h.memory.do : h.memory.doMachine;
    case "redis-evicts":
      return h.evicts.do;
  }
}

/** Enough to leave the trouble, little enough that somebody thinks about the next time. */
const ROOM = 1.25;
const MIB = 1024 * 1024;

/** What to type about it; null where there is nothing. */
export function serverCommand(evidence: ServerEvidence): string | null {
  switch (evidence.kind) {
    case "redis-unreachable":
      return troubleRemedy(troubleKind(evidence.trouble), evidence.label, evidence.denied);
    case "data-stale":
      return troubleRemedy("timeout", evidence.label, null);
    case "redis-denied":
      return `ACL SETUSER ${evidence.user ?? "default"} ${evidence.commands.map((command) => `+${command}`).join(" ")}`;
    case "redis-memory":
      return evidence.limit_of === "redis"
        ? `redis-cli -u ${evidence.label} CONFIG SET maxmemory ${Math.ceil((evidence.limit_bytes * ROOM) / MIB)}mb`
        : null;
    case "redis-evicts":
      return `redis-cli -u ${evidence.label} CONFIG SET maxmemory-policy noeviction`;
  }
}
