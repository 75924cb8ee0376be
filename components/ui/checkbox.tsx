import { clsx } from "clsx";
import type { ComponentProps } from "react";

export interface CheckboxProps extends Omit<ComponentProps<"input">, "type"> {
  /** Some but not all of what it stands for. */
  mixed?: boolean;
}

/** The browser's own checkbox in the accent; its target is larger than its box. */
export function Checkbox({ mixed = false, className, ...rest }: CheckboxProps) {
  return (
    <input
      {...rest}
      type="checkbox"
      ref={(box) => {
        if (box !== null) box.indeterminate = mixed;
      }}
      className={clsx("size-4 cursor-pointer accent-accent touch:size-5", className)}
    />
  );
}
