import { ProblemPage } from "@/components/problems/problem-page";

export default async function Page({ params }: PageProps<"/problems/[id]">) {
  // Next decodes the parameters of handlers, not of pages.
  return <ProblemPage id={decodeURIComponent((await params).id)} />;
}
