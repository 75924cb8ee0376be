import type { ReactNode } from "react";

/** Nothing to show: why, and what next. */
export function Empty({
  title,
  children,
  action,
}: {
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex min-h-40 flex-col items-center justify-center gap-2 px-6 py-8 text-center">
      <p className="font-medium text-15">{title}</p>
      {children !== undefined && <div className="max-w-[60ch] text-muted">{children}</div>}
      {action !== undefined && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
