import { redirect } from "next/navigation";

/** The short address of one worker: the list narrowed to it. */
export default async function Page({ params }: PageProps<"/workers/[name]">) {
  redirect(`/workers?q=${(await params).name}`);
}
