import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";

/** A key, an id or a name inside a sentence. */
export function Code({ className, ...rest }: ComponentProps<"code">) {
  return (
    <code
      {...rest}
      className={clsx(
        "box-decoration-clone rounded border border-line bg-raised px-1 font-mono text-12 [overflow-wrap:anywhere]",
        className,
      )}
    />
  );
}

/** Several lines of code or raw text; long lines scroll inside, the page never does. */
export function CodeBlock({
  children,
  label,
  className,
}: {
  children: ReactNode;
  label: string;
  className?: string;
}) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={label}
      className={clsx("overflow-x-auto rounded-[7px] border border-line bg-raised p-3", className)}
    >
      <pre className="font-mono text-12 leading-[1.6]">{children}</pre>
    </section>
  );
}

/** A key of the keyboard. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-block min-w-5 rounded border border-line bg-raised px-1 text-center font-mono text-12 text-muted">
      {children}
    </kbd>
  );
}
