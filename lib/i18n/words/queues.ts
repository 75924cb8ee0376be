import { createFormat } from "../format";
import { words } from "../words";

const en = createFormat("en");
const pt = createFormat("pt-BR");

/** Words of the list of all queues. */
export const queuesWords = words({
  en: {
    title: "Queues",
    caption: "All queues",
    count: (n: number) => en.counted(n, "queue", "queues"),
    filtered: (shown: number, all: number) => `${en.count(shown)} of ${en.counted(all, "queue", "queues")}`,
    filter: "Filter by name",
    noneTitle: "No queues",
    noneText: "This Redis holds no RQ queues yet. The overview shows how to enqueue a first job.",
    noMatchTitle: "No queue has this in its name",
    noMatchText: "Clear the filter to see all of them.",
    clear: "Clear filter",
    failedTitle: "The list of queues could not be read",
    col: {
      name: "Queue",
      waiting: "Waiting",
      running: "Running",
      failed: "Failed",
      scheduled: "Scheduled",
      deferred: "Deferred",
      finished: "Finished",
      canceled: "Canceled",
      oldest: "Oldest",
      in: "In /s",
      out: "Out /s",
      workers: "Workers",
    },
    prev: "Previous",
    next: "Next",
    page: (from: number, to: number, all: number) => `${en.exact(from)}–${en.exact(to)} of ${en.exact(all)}`,
    pages: "Pages of the list",
  },
  "pt-BR": {
    title: "Filas",
    caption: "Todas as filas",
    count: (n) => pt.counted(n, "fila", "filas"),
    filtered: (shown, all) => `${pt.count(shown)} de ${pt.counted(all, "fila", "filas")}`,
    filter: "Filtrar por nome",
    noneTitle: "Nenhuma fila",
    noneText:
      "Este Redis ainda não tem filas do RQ. A visão geral mostra como enfileirar um primeiro job.",
    noMatchTitle: "Nenhuma fila tem isto no nome",
    noMatchText: "Limpe o filtro para ver todas.",
    clear: "Limpar filtro",
    failedTitle: "Não foi possível ler a lista de filas",
    col: {
      name: "Fila",
      waiting: "Esperando",
      running: "Rodando",
      failed: "Falhas",
      scheduled: "Agendados",
      deferred: "Adiados",
      finished: "Concluídos",
      canceled: "Cancelados",
      oldest: "Mais antigo",
      in: "Entra /s",
      out: "Sai /s",
      workers: "Workers",
    },
    prev: "Anterior",
    next: "Próxima",
    page: (from, to, all) => `${pt.exact(from)}–${pt.exact(to)} de ${pt.exact(all)}`,
    pages: "Páginas da lista",
  },
});
