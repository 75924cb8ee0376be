/** The mark of Vigia: an eye that is a light. */
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg
      viewBox="0 0 20 20"
      width={size}
      height={size}
      aria-hidden="true"
      fill="none"
      className="text-accent"
    >
      <circle cx="10" cy="10" r="8.6" stroke="currentColor" strokeWidth="1.7" />
      <circle cx="10" cy="10" r="3.1" stroke="currentColor" strokeWidth="1.7" />
      <path
        d="M10 3.6v2.2M10 14.2v2.2M3.6 10h2.2M14.2 10h2.2"
        stroke="currentColor"
        strokeWidth="1.7"
        strokeLinecap="round"
      />
    </svg>
  );
}
