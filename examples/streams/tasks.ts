/** The tasks of the examples, and how they travel as fields of an entry. */
export const STREAM = "tarefas";
export const GROUP = "processar_ocorrencias";
/** This task always fails: its entry stays pending, and is tried again and again. */
export const FAILING = 20;

export interface Task {
  id: number;
  tipo: string;
  valor: string;
}

const TYPES = ["ocorrencia", "entrega", "coleta"] as const;

export function makeTask(id: number): Task {
  return {
    id,
    tipo: TYPES[id % TYPES.length] ?? "ocorrencia",
    valor: (((id * 3_789) % 40_000) / 100).toFixed(2),
  };
}

export function fieldsOf(task: Task): string[] {
  return ["id", String(task.id), "tipo", task.tipo, "valor", task.valor];
}

/** Fields arrive as a flat list of names and values. */
export function taskOf(fields: readonly string[]): Task {
  const values = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length; at += 2) values.set(fields[at] ?? "", fields[at + 1] ?? "");
  return {
    id: Number(values.get("id")),
    tipo: values.get("tipo") ?? "",
    valor: values.get("valor") ?? "",
  };
}

/** What a worker does with a task. @param failing the id that cannot be processed; 0 = none */
export async function work(task: Task, tookMs: number, failing: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, tookMs));
  if (task.id === failing) throw new Error(`task ${task.id} cannot be processed`);
}
