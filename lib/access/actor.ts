import { AppError } from "../errors";

/** Who asks for a change: set by the front, which drops these headers when a client sends them. */
export interface Actor {
  /** `local` on loopback without login, `token`, or `password`. */
  name: string;
  /** Address that the request came from. */
  from: string;
}

export const ACTOR_HEADER = "x-vigia-actor";
export const ACTOR_FROM_HEADER = "x-vigia-actor-from";

/**
 * The second lock behind the front's: a write that did not pass the front's rules carries no actor.
 * @throws AppError FORBIDDEN
 */
export function requireWriter(request: Request): Actor {
  const name = request.headers.get(ACTOR_HEADER);
  const from = request.headers.get(ACTOR_FROM_HEADER);
  if (name === null || from === null)
    throw new AppError(
      "FORBIDDEN",
      "This request did not come through Vigia's own server, so nothing was changed.",
    );
  return { name, from };
}
