import { OperationPage } from "@/components/operations/operation-page";

export default async function Page({ params }: PageProps<"/operations/[id]">) {
  return <OperationPage id={decodeURIComponent((await params).id)} />;
}
