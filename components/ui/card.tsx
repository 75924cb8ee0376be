import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";

/** A panel with a hairline. `flush` leaves the padding to the content (tables, rows). */
export function Card({ flush = false, className, ...rest }: ComponentProps<"section"> & { flush?: boolean }) {
  return (
    <section
      {...rest}
      className={clsx("min-w-0 rounded-card border border-line bg-panel", !flush && "p-4", className)}
    />
  );
}

export interface CardHeadProps {
  title: ReactNode;
  /** The unit or what is shown, in a quieter voice beside the title. */
  hint?: ReactNode;
  /** At the right end: legend, buttons. */
  children?: ReactNode;
  id?: string;
  className?: string;
}

export function CardHead({ title, hint, children, id, className }: CardHeadProps) {
  return (
    <div className={clsx("flex flex-wrap items-center justify-between gap-x-4 gap-y-1", className)}>
      <h2 id={id} className="font-medium text-13">
        {title}
        {hint !== undefined && <span className="ml-1.5 font-normal text-faint">{hint}</span>}
      </h2>
      {children}
    </div>
  );
}
