import { words } from "../words";

/** Words of the page of running jobs. */
export const runningWords = words({
  en: {
    heading: "Running",
    summary: (n: number, text: string) => (n === 1 ? "1 job runs now" : `${text} jobs run now`),
    lost: (n: number, text: string) =>
      n === 1 ? "1 of them has no worker any more" : `${text} of them have no worker any more`,
    emptyHeading: "Nothing runs now",
    emptyChecked: (age: string) => `checked ${age}`,
    emptyNext: "A job appears here as soon as a worker takes it.",
    limit: (text: string) => `of at most ${text}`,
    over: "over its time limit",
    lostWhy: "Its worker is gone. RQ fails or repeats such a job when another worker of the queue cleans up.",
    filter: "Filter by function, queue or worker",
    noMatch: "No running job fits the filter",
    clearFilter: "Clear the filter",
    loadFailed: "The running jobs could not be read",
  },
  "pt-BR": {
    heading: "Em execução",
    summary: (n, text) => (n === 1 ? "1 job executa agora" : `${text} jobs executam agora`),
    lost: (n, text) => (n === 1 ? "1 deles não tem mais worker" : `${text} deles não têm mais worker`),
    emptyHeading: "Nada executa agora",
    emptyChecked: (age) => `verificado ${age}`,
    emptyNext: "Um job aparece aqui assim que um worker o pega.",
    limit: (text) => `de no máximo ${text}`,
    over: "acima do tempo limite",
    lostWhy:
      "Seu worker sumiu. O RQ marca a falha ou repete o job quando outro worker da fila faz a limpeza.",
    filter: "Filtrar por função, fila ou worker",
    noMatch: "Nenhum job em execução corresponde ao filtro",
    clearFilter: "Limpar o filtro",
    loadFailed: "Não foi possível ler os jobs em execução",
  },
});
