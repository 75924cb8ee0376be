import { describe, expect, it } from "vitest";
import { traceback } from "@/lib/api/schemas/jobs";
import { parseTraceback } from "./traceback";

const SITE = "/venv/lib/python3.11/site-packages";

describe("a parsed traceback", () => {
  it("holds the frames with their code and marks which are the application's", () => {
    const parsed = parseTraceback(
      [
        "Traceback (most recent call last):",
        `  File "${SITE}/rq/worker.py", line 1430, in perform_job`,
        "    rv = job.perform()",
        "         ^^^^^^^^^^^^^",
        '  File "/srv/shop/jobs.py", line 17, in upload',
        "    _store(document_id)",
        '  File "<frozen importlib._bootstrap>", line 1, in _call',
        '  File "/usr/lib/python3.11/json/decoder.py", line 2, in decode',
        "    ~~~~~^^^",
        "TimeoutError: S3 upload timed out",
        "  with more on the next line",
        "and a note",
        "",
      ].join("\n"),
    );
    expect(traceback.safeParse(parsed).success).toBe(true);
    expect(parsed).toMatchObject({
      error_type: "TimeoutError",
      message: "S3 upload timed out\n  with more on the next line\nand a note",
      truncated: false,
      blocks: [{ link: null, error: expect.stringContaining("and a note") }],
    });
    expect(parsed.blocks[0]?.frames).toEqual([
      {
        file: `${SITE}/rq/worker.py`,
        line: 1430,
        func: "perform_job",
        code: "rv = job.perform()",
        in_app: false,
      },
      { file: "/srv/shop/jobs.py", line: 17, func: "upload", code: "_store(document_id)", in_app: true },
      { file: "<frozen importlib._bootstrap>", line: 1, func: "_call", code: null, in_app: false },
      { file: "/usr/lib/python3.11/json/decoder.py", line: 2, func: "decode", code: null, in_app: false },
    ]);
  });

  it("holds chained exceptions, causes first", () => {
    const block = (name: string) =>
      `Traceback (most recent call last):\n  File "/a/${name}.py", line 1, in ${name}\n    x\n${name}Error: no\n`;
    const parsed = parseTraceback(
      `${block("A")}\nThe above exception was the direct cause of the following exception:\n\n${block("B")}\nDuring handling of the above exception, another exception occurred:\n\n${block("C")}`,
    );
    expect(parsed.error_type).toBe("CError");
    expect(parsed.blocks.map(({ link, error, frames }) => [link, error, frames.length])).toEqual([
      [null, "AError: no", 1],
      ["direct-cause", "BError: no", 1],
      ["during-handling", "CError: no", 1],
    ]);
  });

  it("holds the members of an exception group before the group", () => {
    const parsed = parseTraceback(
      `  + Exception Group Traceback (most recent call last):
  |   File "/srv/shop/jobs.py", line 4, in batch
  |     raise ExceptionGroup("eg", [])
  | ExceptionGroup: eg (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/srv/shop/jobs.py", line 18, in one
    |     try: leaf()
    |          ^^^^^^
    | ValueError: 1
    | 
    | During handling of the above exception, another exception occurred:
    | 
    | KeyError: 'k'
    +---------------- 2 ----------------
    | ExceptionGroup: in (1 sub-exception)
    +-+---------------- 1 ----------------
      | TypeError: t
      +------------------------------------
`,
    );
    expect(parsed.blocks.map(({ member, link, error }) => [member, link, error])).toEqual([
      ["1", null, "ValueError: 1"],
      ["1", "during-handling", "KeyError: 'k'"],
      ["2", null, "ExceptionGroup: in (1 sub-exception)"],
      ["2.1", null, "TypeError: t"],
      [undefined, null, "ExceptionGroup: eg (2 sub-exceptions)"],
    ]);
    expect(parsed).toMatchObject({ error_type: "ExceptionGroup", message: "eg (2 sub-exceptions)" });
  });

  it("takes no repeated line, no mark and no SyntaxError's place for a call", () => {
    const text = (times: number) => `Traceback (most recent call last):
  File "/srv/shop/jobs.py", line 4, in deep
    deep()
    ~~~~^^
  [Previous line repeated ${times} more times]
  File "<string>", line 1
    x ==
        ^
SyntaxError: invalid syntax
`;
    const parsed = parseTraceback(text(996));
    expect(parsed.blocks[0]?.frames.map(({ func, in_app }) => [func, in_app])).toEqual([
      ["deep", true],
      ["", false],
    ]);
    expect(parsed.fingerprint).toBe(parseTraceback(text(12)).fingerprint);
  });

  it("keeps the first 8 and the last 56 KiB of a huge text, and its identity", () => {
    const text = (frames: number) =>
      `Traceback (most recent call last):\n${'  File "/srv/shop/jobs.py", line 4, in deep\n    return deep()\n'.repeat(frames)}RecursionError: maximum recursion depth exceeded\n`;
    const parsed = parseTraceback(text(50_000));
    expect(parsed.truncated).toBe(true);
    expect(parsed.raw.length).toBeLessThan(64 * 1024 + 100);
    expect(parsed).toMatchObject({ error_type: "RecursionError", blocks: [{ link: null }] });
    expect(parsed.fingerprint).toBe(parseTraceback(text(10)).fingerprint);
  });

  it("finds the traceback behind words that someone put before it", () => {
    const parsed = parseTraceback(
      "Job 12 went wrong\n\nTraceback (most recent call last):\n  File \"/a.py\", line 1, in f\n    x\nKeyError: 'a'\n",
    );
    expect(parsed).toMatchObject({ error_type: "KeyError", message: "'a'" });
  });

  it("shows text that is no traceback as it is", () => {
    expect(parseTraceback("it just failed")).toMatchObject({
      error_type: "Error",
      message: "it just failed",
      blocks: [{ frames: [], error: "it just failed" }],
    });
    expect(parseTraceback("")).toMatchObject({ error_type: "Error", message: "", blocks: [] });
  });
});
