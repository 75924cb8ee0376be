import { z } from "zod";

/** `GET session`. */
export const sessionInfo = z.object({
  signed_in: z.boolean(),
  /** `open`: no login is asked for. `token`: the one that was printed at start takes the password's place. */
  mode: z.enum(["open", "password", "token"]),
});
export type SessionInfo = z.infer<typeof sessionInfo>;

/** `POST session`: the password, or the token that was printed at start. */
export const loginRequest = z.object({ password: z.string().min(1).max(1024) });
export type LoginRequest = z.infer<typeof loginRequest>;
