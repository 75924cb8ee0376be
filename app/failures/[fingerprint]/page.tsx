import { redirect } from "next/navigation";

/** The short address of one cause: the list with that cause opened. */
export default async function Page({ params }: PageProps<"/failures/[fingerprint]">) {
  redirect(`/failures?fp=${(await params).fingerprint}`);
}
