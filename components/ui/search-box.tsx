"use client";

import { clsx } from "clsx";
import { Search } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";

export interface SearchBoxProps extends Omit<ComponentProps<"input">, "type"> {
  /** Names the field for screen readers. */
  label: string;
  /** At the right end: a key hint. */
  hint?: ReactNode;
  boxClassName?: string;
}

/** A field that filters or searches. */
export function SearchBox({ label, hint, boxClassName, className, ...rest }: SearchBoxProps) {
  return (
    <div className={clsx("relative min-w-0", boxClassName)}>
      <Search
        size={14}
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-faint"
      />
      <input
        {...rest}
        type="search"
        aria-label={label}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        className={clsx(
          // 16 px on touch: smaller text makes iOS zoom into the field.
          "field h-8 w-full pr-2.5 pl-8 text-13 touch:h-11 touch:text-[16px] [&::-webkit-search-cancel-button]:hidden",
          hint !== undefined && "pr-10",
          className,
        )}
      />
      {hint !== undefined && (
        <span className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2">{hint}</span>
      )}
    </div>
  );
}
