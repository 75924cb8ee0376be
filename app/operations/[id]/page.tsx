import { Prefilled, prefill, seed } from "@/app/prefilled";
import { OperationPage } from "@/components/operations/operation-page";
import { operationQuery } from "@/components/operations/queries";
import { runtime } from "@/lib/runtime";

export default async function Page({ params }: PageProps<"/operations/[id]">) {
  const id = decodeURIComponent((await params).id);
  const operation = runtime().operations.get(id);
  if (operation === null) return <OperationPage id={id} missing />;
  const { state } = await prefill([seed(operationQuery(id).queryKey, async () => operation)]);
  return (
    <Prefilled state={state}>
      <OperationPage id={id} />
    </Prefilled>
  );
}
