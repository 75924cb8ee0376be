"use client";

import { clsx } from "clsx";
import { LoaderCircle } from "lucide-react";
import Link from "next/link";
import type { ComponentProps, MouseEvent, ReactNode } from "react";

export type ButtonVariant = "primary" | "secondary" | "danger" | "quiet";

const LOOKS: Record<ButtonVariant, string> = {
  primary: "border-transparent bg-accent text-on-accent hover:brightness-110",
  secondary: "border-line bg-raised text-text hover:border-faint",
  danger: "border-line bg-raised text-crit hover:border-crit",
  quiet: "border-transparent bg-transparent text-muted hover:bg-raised hover:text-text",
};

function look(variant: ButtonVariant, iconOnly: boolean, className: string | undefined): string {
  return clsx(
    "inline-flex min-h-8 items-center justify-center gap-1.5 whitespace-nowrap rounded-[7px] border font-medium text-13 no-underline transition-[filter,border-color,background-color] duration-100 touch:min-h-11",
    iconOnly ? "min-w-8 px-1.5 touch:min-w-11" : "px-3",
    "aria-disabled:cursor-not-allowed aria-disabled:opacity-55 aria-disabled:hover:brightness-100",
    LOOKS[variant],
    className,
  );
}

export interface ButtonProps extends Omit<ComponentProps<"button">, "disabled"> {
  /** One primary button in a view. */
  variant?: ButtonVariant;
  icon?: ReactNode;
  /** Work is under way: keeps size and focus, takes no click. */
  busy?: boolean;
  /** Why it cannot be pressed now, shown on hover; null or absent = it can. */
  off?: string | null | undefined;
}

/**
 * A button that stays focusable while it is off, so that its reason can be read. At least 32 px high, 44 on touch.
 * A button with an icon alone needs `aria-label`.
 */
export function Button({
  variant = "secondary",
  icon,
  busy = false,
  off = null,
  className,
  children,
  onClick,
  title,
  ...rest
}: ButtonProps) {
  const blocked = busy || off !== null;
  function press(event: MouseEvent<HTMLButtonElement>): void {
    if (blocked) event.preventDefault();
    else onClick?.(event);
  }
  return (
    <button
      type="button"
      {...rest}
      title={off ?? title}
      aria-disabled={blocked || undefined}
      aria-busy={busy || undefined}
      onClick={press}
      className={look(variant, children === undefined, className)}
    >
      {busy ? <LoaderCircle size={14} className="animate-spin" aria-hidden="true" /> : icon}
      {children}
    </button>
  );
}

export interface LinkButtonProps extends ComponentProps<typeof Link> {
  variant?: ButtonVariant;
  icon?: ReactNode;
}

/** A link that looks like a button: for going somewhere, never for doing something. */
export function LinkButton({ variant = "secondary", icon, className, children, ...rest }: LinkButtonProps) {
  return (
    <Link prefetch={false} {...rest} className={look(variant, children === undefined, className)}>
      {icon}
      {children}
    </Link>
  );
}
