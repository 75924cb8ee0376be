"use client";

import dynamic from "next/dynamic";

/**
 * {@link ./host} after the page stands: nobody needs a dialog to read. What was clicked before waits in the store, and is
 * asked as soon as it is here.
 */
export const OperationsHost = dynamic(() => import("./host").then((module) => module.OperationsHost), {
  ssr: false,
});
