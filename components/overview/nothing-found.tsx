"use client";

import { useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { Card, CardHead } from "@/components/ui/card";
import { Code } from "@/components/ui/code";
import { Command } from "@/components/ui/command";
import { Foreign } from "@/components/ui/name";
import type { Overview } from "@/lib/api/schemas/overview";
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
    { text: w.step3, command: `.venv/bin/rq worker --url ${url} default` },
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

/** A Redis without queues: what Vigia looked for, where queues are, how to make a first one. */
export function NothingFound({ found, label }: { found: Found; label: string }) {
  const w = useWords(overviewWords).nothing;
  // The settings' own words; one that we do not know is shown as it came.
  const from =
    found.redis_from in w.from ? w.from[found.redis_from as keyof typeof w.from] : found.redis_from;
  return (
    <div className="grid gap-4 desktop:grid-cols-2">
      <Card className="flex flex-col gap-2.5">
        <CardHead title={w.title} />
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
      </Card>
      <Card className="flex flex-col gap-3">
        <CardHead title={w.first} />
        <FirstJob url={urlOfDb(label, found.db)} />
        <p className="text-muted">{w.waits}</p>
      </Card>
    </div>
  );
}
