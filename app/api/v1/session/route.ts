import { z } from "zod";
import { access } from "@/lib/access/access";
import { ACTOR_FROM_HEADER } from "@/lib/access/actor";
import { jsonBody, route } from "@/lib/api/route";
import { loginRequest, type SessionInfo } from "@/lib/api/schemas/session";
import { AppError } from "@/lib/errors";

export const dynamic = "force-dynamic";

const answer = (signedIn: boolean, setCookie: string): Response =>
  Response.json({ signed_in: signedIn, mode: access().mode } satisfies SessionInfo, {
    headers: { "cache-control": "private, no-store", "set-cookie": setCookie },
  });

/** Whether this browser is signed in; open to anonymous callers. */
export const GET = route({
  input: z.object({}),
  run: async (_input, request): Promise<SessionInfo> => {
    const cookie = request.headers.get("cookie") ?? undefined;
    // Who asks is of no interest here: a cookie says the same from every address.
    const known = access().identify({ cookie, authorization: undefined }, "");
    return { signed_in: known !== null, mode: access().mode };
  },
});

/** Signs in. The front has let nobody through who came from another site, and names the address. */
export const POST = route({
  input: z.object({}),
  run: async (_input, request) => {
    const from = request.headers.get(ACTOR_FROM_HEADER);
    if (from === null)
      throw new AppError("FORBIDDEN", "This request did not come through Vigia's own server.");
    const { password } = await jsonBody(loginRequest, request);
    const secure = request.headers.get("x-forwarded-proto") === "https";
    return answer(true, access().login(password, from, { secure }));
  },
});

/** Signs out: the session ends here, not only in the browser. */
export const DELETE = route({
  input: z.object({}),
  run: async (_input, request) => answer(false, access().logout(request.headers.get("cookie") ?? undefined)),
});
