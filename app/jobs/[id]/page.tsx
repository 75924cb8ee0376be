import { JobPage } from "@/components/jobs/job-page";

export default async function Page({ params }: PageProps<"/jobs/[id]">) {
  return <JobPage id={decodeURIComponent((await params).id)} />;
}
