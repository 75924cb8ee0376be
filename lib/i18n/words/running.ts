import { words } from "../words";

/** Words of the page of running jobs. */
export const runningWords = words({
  en: {
    heading: "Running",
    summary: (n: number, text: string) => (n === 1 ? "1 job runs now" : `${text} jobs run now`),
    emptyHeading: "Nothing runs now",
    checked: "checked",
    emptyNext: "A job appears here as soon as a worker takes it.",
    filter: "Filter by function, queue or worker",
    noMatch: "No running job fits the filter",
    clearFilter: "Clear the filter",
    loadFailed: "The running jobs could not be read",
  },
  "pt-BR": {
    heading: "Em execução",
    summary: (n, text) => (n === 1 ? "1 job executa agora" : `${text} jobs executam agora`),
    emptyHeading: "Nada executa agora",
    checked: "verificado",
    emptyNext: "Um job aparece aqui assim que um worker o pega.",
    filter: "Filtrar por função, fila ou worker",
    noMatch: "Nenhum job em execução corresponde ao filtro",
    clearFilter: "Limpar o filtro",
    loadFailed: "Não foi possível ler os jobs em execução",
  },
});
