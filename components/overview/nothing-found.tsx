"use client";

import { useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { typeable } from "@/components/jobs/rq-command";
import { AwaitedNames, SETTING, SearchProgress } from "@/components/streams/discovery-line";
import { redisCli } from "@/components/streams/redis-cli";
import { Card, CardHead } from "@/components/ui/card";
import { Code } from "@/components/ui/code";
import { Command } from "@/components/ui/command";
import { Foreign } from "@/components/ui/name";
import type { Overview } from "@/lib/api/schemas/overview";
import type { Discovery } from "@/lib/api/schemas/streams";
import { overviewWords } from "@/lib/i18n/words/overview";

type Found = NonNullable<Overview["nothing_found"]>;

/** The same server, another database. Labels carry no credentials: they have to be added by hand. */
function urlOfDb(label: string, db: number): string {
  const base = /^[a-z+]+:\/\/[^/]+/i.exec(label)?.[0];
  return base === undefined ? `redis://localhost:6379/${db}` : `${base}/${db}`;
}

function OtherDatabases({ found, label }: { found: Found; label: string }) {
  const w = useWords(overviewWords).nothing;
  const [first] = found.other_dbs;
  if (!found.other_dbs_known) return <p className="text-muted">{w.otherUnknown}</p>;
  if (first === undefined) return <p className="text-muted">{w.otherNone}</p>;
  return (
    <>
      <p>{w.otherDbs}</p>
      <ul className="list-disc pl-5">
        {found.other_dbs.map(({ db, queues }) => (
          <li key={db}>{w.otherDb(db, queues)}</li>
        ))}
      </ul>
      <p className="text-muted">{w.switchTo}</p>
      <Command text={`REDIS_URL=${urlOfDb(label, first.db)} npm start`} what={w.command} />
    </>
  );
}

function FirstJob({ url }: { url: string }) {
  const w = useWords(overviewWords).nothing;
  const steps = [
    {
      text: w.step1,
      command: "cd examples/rq && python3 -m venv .venv && .venv/bin/pip install -r requirements.txt",
    },
    { text: w.step2, command: `REDIS_URL=${url} .venv/bin/python producer.py` },
    { text: w.step3, command: `REDIS_URL=${url} .venv/bin/python worker.py --all` },
  ];
  return (
    <ol className="flex flex-col gap-3">
      {steps.map(({ text, command }) => (
        <li key={text} className="flex flex-col gap-1">
          <span className="text-muted">{text}</span>
          <Command text={command} what={w.command} />
        </li>
      ))}
    </ol>
  );
}

/** Whether streams were searched for, and which ones are awaited. */
function StreamSearch({ discovery }: { discovery: Discovery }) {
  const w = useWords(overviewWords).nothing;
  const setting = <Code>{SETTING}</Code>;
  return (
    <>
      {discovery.denied ? (
        <>
          <p>
            <Rich text={w.streams.denied} parts={{ setting }} />
          </p>
          <Command text={`${SETTING}=orders,events npm start`} what={w.command} />
        </>
      ) : discovery.complete ? (
        <p className="text-muted">{w.streams.searched}</p>
      ) : (
        <p className="text-muted">
          {w.streams.searching} <SearchProgress discovery={discovery} />
        </p>
      )}
      {discovery.awaited.length > 0 && (
        <p>
          <Rich
            text={w.streams.awaited}
            parts={{ setting, names: <AwaitedNames names={discovery.awaited} /> }}
          />
        </p>
      )}
    </>
  );
}

/** A first stream with a group that holds a pending entry: everything the pages show. */
function FirstEntry({ url, stream }: { url: string; stream: string }) {
  const w = useWords(overviewWords).nothing;
  const cli = (...words: string[]) => redisCli(url, ...words);
  const steps = [
    { text: w.entryStep1, command: cli("XADD", stream, "*", "hello", "world") },
    { text: w.entryStep2, command: cli("XGROUP", "CREATE", stream, "my_group", "0") },
    {
      text: w.entryStep3,
      command: cli("XREADGROUP", "GROUP", "my_group", "worker_1", "STREAMS", stream, ">"),
    },
  ];
  return (
    <ol className="flex flex-col gap-3">
      {steps.map(
        ({ text, command }) =>
          command !== null && (
            <li key={text} className="flex flex-col gap-1">
              <span className="text-muted">{text}</span>
              <Command text={command} what={w.command} />
            </li>
          ),
      )}
    </ol>
  );
}

/** A name that was given is a better example than an invented one. */
function exampleStream({ awaited }: Discovery): string {
  return awaited.find((name) => /^[\w.:-]+$/.test(name) && typeable(name)) ?? "my_stream";
}

export interface NothingFoundProps {
  found: Found;
  label: string;
  discovery: Discovery;
}

/** A Redis without queues and streams: what Vigia looked for, where queues are, how to make a first one. */
export function NothingFound({ found, label, discovery }: NothingFoundProps) {
  const w = useWords(overviewWords).nothing;
  // The settings' own words; one that we do not know is shown as it came.
  const from =
    found.redis_from in w.from ? w.from[found.redis_from as keyof typeof w.from] : found.redis_from;
  return (
    <div className="grid gap-4 desktop:grid-cols-2">
      <Card className="flex flex-col gap-2.5">
        <CardHead title={discovery.complete ? w.title : w.titleQueues} />
        <p>
          <Rich
            text={w.looked}
            parts={{
              key: <Code>rq:queues</Code>,
              db: <span className="tabular font-medium">{found.db}</span>,
              label: (
                <Code>
                  <Foreign text={label} />
                </Code>
              ),
              from,
            }}
          />
        </p>
        <OtherDatabases found={found} label={label} />
        <StreamSearch discovery={discovery} />
        <p className="mt-auto text-muted">{w.waits}</p>
      </Card>
      <div className="grid gap-4">
        <Card className="flex flex-col gap-3">
          <CardHead title={w.first} />
          <FirstJob url={urlOfDb(label, found.db)} />
        </Card>
        <Card className="flex flex-col gap-3">
          <CardHead title={w.entry} />
          <FirstEntry url={urlOfDb(label, found.db)} stream={exampleStream(discovery)} />
        </Card>
      </div>
    </div>
  );
}
