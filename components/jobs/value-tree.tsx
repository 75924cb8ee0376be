"use client";

import { ChevronRight } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Foreign } from "@/components/ui/name";
import type { ValueNode } from "@/lib/api/schemas/jobs";
import { jobsWords } from "@/lib/i18n/words/jobs";
import { type Branch, branchOf, hexPairs, inlineText, referredIds } from "./value-view";

/** Containers open by themselves down to this depth; deeper ones on request. */
const OPEN_DEPTH = 2;

/** A word about a value that is not part of it. */
function Hint({ children }: { children: ReactNode }) {
  return <span className="ml-1.5 select-none whitespace-nowrap text-12 text-faint">{children}</span>;
}

function Leaf({ node }: { node: ValueNode }) {
  const w = useWords(jobsWords).value;
  const format = useFormat();
  switch (node.t) {
    case "str":
      return (
        <span>
          <span className="text-faint">"</span>
          <Foreign text={node.v} />
          <span className="text-faint">"</span>
          {node.cut !== undefined && <Hint>… {w.cutText(node.cut)}</Hint>}
          <Hint>str</Hint>
        </span>
      );
    case "bytes":
      return (
        <span>
          <span className="[overflow-wrap:anywhere]">{hexPairs(node.hex)}</span>
          {node.size * 2 > node.hex.length && (
            <Hint>… {w.moreBytes(node.size - Math.floor(node.hex.length / 2))}</Hint>
          )}
          <Hint>bytes, {format.bytes(node.size)}</Hint>
        </span>
      );
    case "global":
      return (
        <span>
          <Foreign text={node.name} />
          <Hint>{w.global}</Hint>
        </span>
      );
    case "ref":
      return <span className="text-muted">{w.sameAs(node.id)}</span>;
    case "opaque":
      return (
        <span className="hatched rounded px-1 text-muted">
          {w.opaque}: <Foreign text={node.why} />
        </span>
      );
    case "object":
      return (
        <span>
          <Foreign text={node.text ?? ""} />
          <Hint>
            <Foreign text={node.cls} />
          </Hint>
        </span>
      );
    default:
      return (
        <span>
          {inlineText(node)}
          {node.t !== "null" && <Hint>{node.t}</Hint>}
        </span>
      );
  }
}

interface RowProps {
  /** Name of the argument, key of the entry or index; absent at the root. */
  label?: ReactNode;
  node: ValueNode;
  depth: number;
  referred: ReadonlySet<number>;
}

function BranchRow({ label, node, depth, referred, branch }: RowProps & { branch: Branch }) {
  const w = useWords(jobsWords).value;
  const [open, setOpen] = useState(depth < OPEN_DEPTH);
  const id = "id" in node && node.id !== undefined && referred.has(node.id) ? `#${node.id}` : null;
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        title={open ? w.collapse : w.expand}
        onClick={() => setOpen(!open)}
        className="-ml-1 flex min-h-6 w-full items-baseline gap-1 rounded pl-0.5 text-left hover:bg-raised touch:min-h-11 touch:items-center"
      >
        <ChevronRight
          size={12}
          aria-hidden="true"
          className={open ? "relative top-0.5 rotate-90 text-faint" : "relative top-0.5 text-faint"}
        />
        <span className="min-w-0">
          {label !== undefined && <span className="mr-1.5 text-muted">{label}</span>}
          <Foreign text={branch.name} className="text-12 text-faint" />
          <Hint>
            {branch.about === "object" ? w.object : w.items(branch.size)}
            {id !== null && ` ${id}`}
          </Hint>
        </span>
      </button>
      {open && (
        <ul className="ml-1 border-line border-l pl-3.5">
          {branch.children.map((child) => (
            <ValueRow
              key={child.key}
              label={<ChildLabel label={child.label} />}
              node={child.node}
              depth={depth + 1}
              referred={referred}
            />
          ))}
          {branch.cut > 0 && <li className="min-h-6 pl-3.5 text-12 text-faint">… {w.more(branch.cut)}</li>}
        </ul>
      )}
    </li>
  );
}

function ChildLabel({ label }: { label: Branch["children"][number]["label"] }) {
  const w = useWords(jobsWords).value;
  if (label === "state") return <span className="text-faint">{w.state}</span>;
  return <Foreign text={label.text} className={label.faint ? "text-faint" : ""} />;
}

function ValueRow({ label, node, depth, referred }: RowProps) {
  const branch = branchOf(node);
  if (branch !== null)
    return <BranchRow label={label} node={node} depth={depth} referred={referred} branch={branch} />;
  return (
    <li className="min-h-6 pl-3.5">
      {label !== undefined && <span className="mr-1.5 text-muted">{label}</span>}
      <Leaf node={node} />
    </li>
  );
}

/** A decoded payload: each value with its type, containers foldable. Nothing in it is ever executed or linked. */
export function ValueTree({ roots }: { roots: readonly { label?: string; node: ValueNode }[] }) {
  const referred = useMemo(() => referredIds(roots.map((root) => root.node)), [roots]);
  let at = 0;
  return (
    <ul className="font-mono text-12 leading-6">
      {roots.map((root) => (
        <ValueRow
          key={at++}
          {...(root.label === undefined ? {} : { label: <Foreign text={root.label} /> })}
          node={root.node}
          depth={0}
          referred={referred}
        />
      ))}
    </ul>
  );
}
