import { createFormat } from "../format";
import { words } from "../words";

const en = createFormat("en");
const pt = createFormat("pt-BR");

/** Sentences of each diagnosis: what is wrong, since when, what it does, what to do. */
export const problemWords = words({
  en: {
    title: "Problems",
    open: (n: number) => `${en.counted(n, "open problem", "open problems")}, worst first`,
    noneTitle: "No problems",
    noneText: (queues: number) =>
      `Vigia looked at ${en.counted(queues, "queue", "queues")} and found nothing that needs you.`,
    unknownTitle: "Whether there are problems is not known now",
    closedTitle: "This problem is over",
    closedText: "It closed by itself or was mended, or the link is older than Vigia's memory.",
    allProblems: "All problems",
    toAll: "See all problems",
    since: "since {time}",
    error: "Error",
    evidence: "Evidence",
    whatToDo: "What to do",
    look: "Look",
    seeTraceback: "See traceback",
    seeJobs: "See jobs",
    retry: (count: string) => `Retry ${count}`,
    atLeast: "≥ ",
    offUnknown: "Nothing is known now, so nothing is changed from here",
    severity: { failing: "failing", degraded: "degraded" },
    kind: {
      "queue-no-worker": "Nobody works on it",
      "same-failure": "Same failure",
      "job-worker-gone": "Worker is gone",
      "backlog-grows": "Only grows",
      "redis-unreachable": "Redis unreachable",
      "data-stale": "Old figures",
    },
    command: "worker command",
    noWorker: {
      title: (n: number) =>
        n === 1
          ? "1 job waits in {queue} and no live worker listens to it"
          : `${en.count(n)} jobs wait in {queue} and no live worker listens to it`,
      oldest: "The oldest waits since {time}.",
      listened: "Live workers listen to {queues}.",
      listenedMore: (n: number) => `Live workers listen to {queues} and ${en.count(n)} more.`,
      listenedNone: "No worker is alive at all.",
      similar: "Perhaps {queue} was meant?",
      lastWorker: "Its last worker, {worker}, left at {when}.",
      suspended: "All workers are suspended: {command} lets them go on.",
      start: "Start a worker: {command}",
      do: "Start a worker for this queue, or correct the name that the producer or the worker uses.",
    },
    sameFailure: {
      title: (n: string, one: boolean) =>
        one ? `${n} job of {func} failed` : `${n} jobs of {func} failed the same way`,
      titleMany: (n: string) => `${n} jobs failed the same way`,
      queues: (list: number) => (list === 1 ? "Queue {queues}." : "Queues {queues}."),
      functions: "Functions {functions}.",
      firstLast: "First {first}, last {last}.",
      others: (n: number) =>
        n === 0
          ? "There are no other failures."
          : `${en.counted(n, "other failure is", "other failures are")} unrelated.`,
      do: "Read the traceback, mend the cause, then retry: only these jobs are enqueued again.",
    },
    workerGone: {
      title: (n: number) =>
        n === 1
          ? "1 started job of {queue} has lost its worker"
          : `${en.count(n)} started jobs of {queue} have lost their workers`,
      job: "{func} was started at {when} by {worker}, which is gone.",
      more: (n: number) => `${en.counted(n, "more", "more")}.`,
      cleanup: "A live worker of this queue will mark it failed by itself within minutes.",
      noCleanup: "No live worker listens to this queue, so it stays like this.",
      do: "Look why the worker died (out of memory, a deploy, a lost machine). Once it is marked failed, it can be retried.",
    },
    grows: {
      title: (by: string, window: string) => `{queue} only grows: ${by} in ${window}`,
      waiting: (n: number) => `${en.counted(n, "job waits", "jobs wait")},`,
      oldest: "the oldest since {time}.",
      rates: "In {in} /s, out {out} /s.",
      workers: (busy: number, live: number) =>
        `${en.count(busy)} of ${en.counted(live, "live worker is", "live workers are")} busy.`,
      do: "Add workers for this queue, or find out why jobs take longer or come in faster than before.",
    },
    unreachable: {
      title: "Redis at {label} does not answer",
      trouble: "{trouble}.",
      last: "Last good figures {when}.",
      next: "Next try {when}.",
      do: "Check that the server runs and that its address, user and password are right. Vigia goes on by itself.",
    },
    stale: {
      title: "The figures of {label} are old",
      last: "Last good figures {when}.",
      do: "Redis or Vigia is too slow now. Vigia goes on by itself.",
    },
    unknownFunc: "an unknown function",
    unknownWorker: "a worker without a name",
    unknownTime: "an unknown time",
  },
  "pt-BR": {
    title: "Problemas",
    open: (n) => `${pt.counted(n, "problema aberto", "problemas abertos")}, os piores primeiro`,
    noneTitle: "Nenhum problema",
    noneText: (queues) =>
      `O Vigia olhou ${pt.counted(queues, "fila", "filas")} e não achou nada que precise de você.`,
    unknownTitle: "Não se sabe agora se há problemas",
    closedTitle: "Este problema acabou",
    closedText: "Ele se resolveu sozinho ou foi consertado, ou o link é mais velho que a memória do Vigia.",
    allProblems: "Todos os problemas",
    toAll: "Ver todos os problemas",
    since: "desde {time}",
    error: "Erro",
    evidence: "Evidências",
    whatToDo: "O que fazer",
    look: "Olhar",
    seeTraceback: "Ver traceback",
    seeJobs: "Ver jobs",
    retry: (count) => `Repetir ${count}`,
    atLeast: "≥ ",
    offUnknown: "Nada se sabe agora, então nada é alterado daqui",
    severity: { failing: "em falha", degraded: "degradado" },
    kind: {
      "queue-no-worker": "Ninguém trabalha nela",
      "same-failure": "Mesma falha",
      "job-worker-gone": "Worker sumiu",
      "backlog-grows": "Só cresce",
      "redis-unreachable": "Redis inacessível",
      "data-stale": "Números velhos",
    },
    command: "comando do worker",
    noWorker: {
      title: (n) =>
        n === 1
          ? "1 job espera em {queue} e nenhum worker vivo a escuta"
          : `${pt.count(n)} jobs esperam em {queue} e nenhum worker vivo a escuta`,
      oldest: "O mais antigo espera desde {time}.",
      listened: "Os workers vivos escutam {queues}.",
      listenedMore: (n) => `Os workers vivos escutam {queues} e mais ${pt.count(n)}.`,
      listenedNone: "Nenhum worker está vivo.",
      similar: "Seria {queue}?",
      lastWorker: "O último worker dela, {worker}, saiu às {when}.",
      suspended: "Todos os workers estão suspensos: {command} os faz continuar.",
      start: "Inicie um worker: {command}",
      do: "Inicie um worker para esta fila, ou corrija o nome usado por quem enfileira ou pelo worker.",
    },
    sameFailure: {
      title: (n, one) => (one ? `${n} job de {func} falhou` : `${n} jobs de {func} falharam do mesmo jeito`),
      titleMany: (n) => `${n} jobs falharam do mesmo jeito`,
      queues: (list) => (list === 1 ? "Fila {queues}." : "Filas {queues}."),
      functions: "Funções {functions}.",
      firstLast: "Primeiro: {first}, último: {last}.",
      others: (n) =>
        n === 0
          ? "Não há outras falhas."
          : `${pt.counted(n, "outra falha não tem", "outras falhas não têm")} relação com isto.`,
      do: "Leia o traceback, conserte a causa e depois repita: só estes jobs voltam para a fila.",
    },
    workerGone: {
      title: (n) =>
        n === 1
          ? "1 job iniciado de {queue} perdeu o seu worker"
          : `${pt.count(n)} jobs iniciados de {queue} perderam os seus workers`,
      job: "{func} foi iniciada às {when} por {worker}, que sumiu.",
      more: (n) => `mais ${pt.count(n)}.`,
      cleanup: "Um worker vivo desta fila vai marcá-lo como falha sozinho em alguns minutos.",
      noCleanup: "Nenhum worker vivo escuta esta fila, então fica assim.",
      do: "Veja por que o worker morreu (falta de memória, um deploy, uma máquina perdida). Depois de marcado como falha, o job pode ser repetido.",
    },
    grows: {
      title: (by, window) => `{queue} só cresce: ${by} em ${window}`,
      waiting: (n) => `${pt.counted(n, "job espera", "jobs esperam")},`,
      oldest: "o mais antigo desde {time}.",
      rates: "Entra {in} /s, sai {out} /s.",
      workers: (busy, live) =>
        `${pt.count(busy)} de ${pt.counted(live, "worker vivo ocupado", "workers vivos ocupados")}.`,
      do: "Adicione workers para esta fila, ou descubra por que os jobs demoram mais ou chegam mais rápido que antes.",
    },
    unreachable: {
      title: "O Redis em {label} não responde",
      trouble: "{trouble}.",
      last: "Últimos números bons {when}.",
      next: "Próxima tentativa {when}.",
      do: "Veja se o servidor está no ar e se endereço, usuário e senha estão certos. O Vigia continua sozinho.",
    },
    stale: {
      title: "Os números de {label} estão velhos",
      last: "Últimos números bons {when}.",
      do: "O Redis ou o Vigia está lento demais agora. O Vigia continua sozinho.",
    },
    unknownFunc: "uma função desconhecida",
    unknownWorker: "um worker sem nome",
    unknownTime: "hora desconhecida",
  },
});
