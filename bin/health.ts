/** What a container's health check asks: small and quick, because it runs again and again. */
import { get } from "node:http";

const ANSWER_MAX_MS = 3_000;
/** Addresses to listen on that stand for all; one of them is asked. */
const ONE_OF: Record<string, string> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** Whether a Vigia answers there that it lives; whether it reaches Redis is `/readyz`, and no reason to restart it. */
export function isHealthy(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = get(
      { host: ONE_OF[host] ?? host, port, path: "/healthz", timeout: ANSWER_MAX_MS },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      },
    );
    asked.once("timeout", () => asked.destroy());
    asked.once("error", () => resolve(false));
  });
}
