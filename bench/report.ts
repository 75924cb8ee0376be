/** Findings as one table: figure, target, whether it was met. */

export interface Finding {
  what: string;
  /** The figure that is judged. */
  figure: number;
  unit: string;
  /** `null`: told for the reader, not judged. */
  target: { kind: "at most" | "at least"; value: number } | null;
  /** How it came about: both sides' absolute figures, rounds. */
  detail: string;
}

export function isMet(finding: Finding): boolean {
  if (finding.target === null) return true;
  // A figure that is not a number was not measured: never a pass.
  if (!Number.isFinite(finding.figure)) return false;
  return finding.target.kind === "at most"
    ? finding.figure <= finding.target.value
    : finding.figure >= finding.target.value;
}

const shown = (value: number) =>
  Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);

const HEAD = ["Measure", "Figure", "Target", "", "How"] as const;

function cells(finding: Finding): string[] {
  const verdict = finding.target === null ? "" : isMet(finding) ? "met" : "MISSED";
  const target =
    finding.target === null ? "" : `${finding.target.kind} ${finding.target.value} ${finding.unit}`.trim();
  return [finding.what, `${shown(finding.figure)} ${finding.unit}`.trim(), target, verdict, finding.detail];
}

/** A Markdown table whose columns also line up in a terminal. */
export function table(findings: readonly Finding[]): string {
  const rows = findings.map(cells);
  const widths = HEAD.map((head, index) =>
    Math.max(head.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`;
  return [line(HEAD), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...rows.map(line)].join(
    "\n",
  );
}
