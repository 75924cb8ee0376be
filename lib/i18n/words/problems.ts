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
    noneText: (queues: number, groups: number) =>
      `Vigia looked at ${en.list([
        ...(queues > 0 || groups === 0 ? [en.counted(queues, "queue", "queues")] : []),
        ...(groups > 0 ? [en.counted(groups, "stream group", "stream groups")] : []),
      ])} and found nothing that needs you.`,
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
    rescue: (count: string) => `Rescue ${count}…`,
    deadLetter: (count: string) => `Dead-letter ${count}…`,
    atLeast: "≥ ",
    about: "≈ ",
    offUnknown: "Nothing is known now, so nothing is changed from here",
    severity: { failing: "failing", degraded: "degraded" },
    kind: {
      "queue-no-worker": "Nobody works on it",
      "queues-no-worker": "Nobody works on them",
      "same-failure": "Same failure",
      "job-worker-gone": "Worker is gone",
      "job-overruns": "Runs too long",
      "backlog-grows": "Only grows",
      "consumer-dead": "Consumer dead",
      "group-no-consumers": "Nobody reads",
      "groups-no-consumers": "Nobody reads",
      "group-stalled": "Nothing is acknowledged",
      "entry-poison": "Poison message",
      "entries-trimmed-unread": "Trimmed unread",
      "group-grows": "Only grows",
      "redis-unreachable": "Redis unreachable",
      "redis-denied": "Not allowed to look",
      "redis-memory": "Memory is short",
      "redis-evicts": "Keys are evicted",
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
      do: "Look why the worker died (out of memory, a deploy, a lost machine). Then repair the job: enqueue it again, or mark it as failed at once.",
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
    consumerDead: {
      title: (n: number, certain: boolean) =>
        `{consumer} is ${certain ? "dead" : "dead or stuck"} and holds ${en.counted(n, "message", "messages")} of {group}`,
      silentGap: "Silent for {time}; its usual gap is {gap}.",
      silent: "Silent for {time}.",
      oldest: "Oldest message waits {time}.",
      alive: (n: number) => (n === 1 ? "{consumers} is alive" : "{consumers} are alive"),
      aliveMore: (n: number) => `{consumers} and ${en.count(n)} more are alive`,
      noneAlive: (certain: boolean) =>
        certain
          ? "No other consumer is alive"
          : "No other consumer is seen at work (before Redis 7.2 one that waits looks silent too)",
      reclaimed: "; somebody reclaims now and then.",
      nobody: "; nobody was seen to reclaim.",
      do: "Rescue its messages: the dialog shows each way with its evidence. Then look why the consumer stopped, and start it again.",
      doUncertain:
        "Before Redis 7.2 a consumer that is stuck looks the same as one that is dead: see whether its process still runs. If it does, it is stuck on a message; if not, rescue what it holds.",
    },
    noConsumers: {
      lag: (n: number) =>
        n === 1
          ? "1 message waits for {group} and it has no consumer"
          : `${en.count(n)} messages wait for {group} and it has no consumer`,
      pending: (n: number) => `{group} has no consumer and ${en.count(n)} pending`,
      unknown: "{group} is behind and has no consumer",
      behind: "The oldest that it was not given is from {time}.",
      pendingToo: (n: number) => `${en.counted(n, "message is", "messages are")} pending.`,
      nobody: "Nobody has ever read in this group, or all its consumers were removed.",
      do: "Start a consumer of this group. If the group is no longer used, have it removed: it would keep this warning.",
    },
    stalled: {
      title: (n: number) =>
        n === 1
          ? "1 consumer of {group} is alive and nothing is acknowledged"
          : `${en.count(n)} consumers of {group} are alive and nothing is acknowledged`,
      titleNone: "Nothing of {group} is acknowledged",
      quiet: "No acknowledgement for {time}.",
      pending: (n: number) => `${en.counted(n, "message is", "messages are")} pending`,
      pendingLag: (n: number, lag: string) =>
        `${en.counted(n, "message is", "messages are")} pending and ${lag} not delivered yet`,
      oldest: ", the oldest from {time}.",
      do: "Look whether the consumers hang on a message, wait for something outside, or forget to XACK what they have done.",
    },
    poison: {
      title: (n: string, one: boolean) =>
        one
          ? `${n} message of {group} was delivered 5 times or more`
          : `${n} messages of {group} were delivered 5 times or more`,
      most: (n: number) => `{id} was delivered ${en.counted(n, "time", "times")}, now with {consumer}.`,
      mostFree: (n: number) => `{id} was delivered ${en.counted(n, "time", "times")}, now with nobody.`,
      idle: "Last delivered {time}.",
      do: "Whoever takes such a message probably fails on it. Read it, mend the cause or move it to the dead letters, where it can be looked at in peace.",
    },
    trimmedUnread: {
      title: (n: string, one: boolean) =>
        one
          ? `${n} message was trimmed before {group} was given it`
          : `${n} messages were trimmed before {group} was given them`,
      titleUnknown: "Messages may have been trimmed before {group} was given them",
      behind: "The oldest left that it was not given is from {time}.",
      unknown: "How many, Redis cannot tell.",
      gone: "They are gone from the stream and will not be processed.",
      do: "Give the stream more room (a larger MAXLEN), or let the group read faster. What was trimmed has to come from its producer again.",
    },
    groupGrows: {
      title: (by: string, window: string) => `{group} only grows: ${by} in ${window}`,
      lag: (lag: string, pending: string) => `Lag ${lag}, ${pending} pending.`,
      rates: "In {in} /s, out {out} /s.",
      behind: "It reads what came {time}.",
      consumers: (n: number) => `${en.counted(n, "consumer", "consumers")}.`,
      do: "Add consumers to this group, or find out why messages take longer or come in faster than before.",
    },
    nobody: "nobody",
    messageId: "entry ID",
    deliveries: (n: number) => en.counted(n, "delivery", "deliveries"),
    unreachable: {
      last: "Last good figures {when}.",
      next: "Next try {when}.",
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
    noneText: (queues, groups) =>
      `O Vigia olhou ${pt.list([
        ...(queues > 0 || groups === 0 ? [pt.counted(queues, "fila", "filas")] : []),
        ...(groups > 0 ? [pt.counted(groups, "grupo de stream", "grupos de streams")] : []),
      ])} e não achou nada que precise de você.`,
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
    rescue: (count) => `Resgatar ${count}…`,
    deadLetter: (count) => `Mover ${count} para mortas…`,
    atLeast: "≥ ",
    about: "≈ ",
    offUnknown: "Nada se sabe agora, então nada é alterado daqui",
    severity: { failing: "em falha", degraded: "degradado" },
    kind: {
      "queue-no-worker": "Ninguém trabalha nela",
      "queues-no-worker": "Ninguém trabalha nelas",
      "same-failure": "Mesma falha",
      "job-worker-gone": "Worker sumiu",
      "job-overruns": "Roda demais",
      "backlog-grows": "Só cresce",
      "consumer-dead": "Consumidor morto",
      "group-no-consumers": "Ninguém lê",
      "groups-no-consumers": "Ninguém lê",
      "group-stalled": "Nada é confirmado",
      "entry-poison": "Mensagem venenosa",
      "entries-trimmed-unread": "Cortadas sem leitura",
      "group-grows": "Só cresce",
      "redis-unreachable": "Redis inacessível",
      "redis-denied": "Sem permissão de olhar",
      "redis-memory": "Falta memória",
      "redis-evicts": "Chaves são removidas",
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
      do: "Veja por que o worker morreu (falta de memória, um deploy, uma máquina perdida). Depois repare o job: enfileire-o de novo, ou marque-o já como falha.",
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
    consumerDead: {
      title: (n, certain) =>
        `{consumer} está ${certain ? "morto" : "morto ou travado"} e segura ${pt.counted(n, "mensagem", "mensagens")} de {group}`,
      silentGap: "Em silêncio há {time}; o intervalo usual é {gap}.",
      silent: "Em silêncio há {time}.",
      oldest: "A mensagem mais antiga espera há {time}.",
      alive: (n) => (n === 1 ? "{consumers} está vivo" : "{consumers} estão vivos"),
      aliveMore: (n) => `{consumers} e mais ${pt.count(n)} estão vivos`,
      noneAlive: (certain) =>
        certain
          ? "Nenhum outro consumidor está vivo"
          : "Nenhum outro consumidor foi visto trabalhando (antes do Redis 7.2, quem espera também parece calado)",
      reclaimed: "; alguém recupera pendentes de vez em quando.",
      nobody: "; ninguém foi visto recuperando pendentes.",
      do: "Resgate as mensagens dele: o diálogo mostra cada modo com suas evidências. Depois veja por que o consumidor parou, e inicie-o de novo.",
      doUncertain:
        "Antes do Redis 7.2, um consumidor travado parece igual a um morto: veja se o processo dele ainda roda. Se roda, está travado em uma mensagem; se não, resgate o que ele segura.",
    },
    noConsumers: {
      lag: (n) =>
        n === 1
          ? "1 mensagem espera por {group}, que não tem consumidor"
          : `${pt.count(n)} mensagens esperam por {group}, que não tem consumidor`,
      pending: (n) => `{group} não tem consumidor e tem ${pt.counted(n, "pendente", "pendentes")}`,
      unknown: "{group} está atrasado e não tem consumidor",
      behind: "A mais antiga que ele não recebeu é de {time}.",
      pendingToo: (n) => `${pt.counted(n, "mensagem está pendente", "mensagens estão pendentes")}.`,
      nobody: "Ninguém leu neste grupo até hoje, ou todos os consumidores foram removidos.",
      do: "Inicie um consumidor deste grupo. Se o grupo não é mais usado, peça que o removam: ele manteria este aviso.",
    },
    stalled: {
      title: (n) =>
        n === 1
          ? "1 consumidor de {group} está vivo e nada é confirmado"
          : `${pt.count(n)} consumidores de {group} estão vivos e nada é confirmado`,
      titleNone: "Nada de {group} é confirmado",
      quiet: "Nenhuma confirmação há {time}.",
      pending: (n) => pt.counted(n, "mensagem está pendente", "mensagens estão pendentes"),
      pendingLag: (n, lag) =>
        `${pt.counted(n, "mensagem está pendente", "mensagens estão pendentes")} e ${lag} ainda não entregues`,
      oldest: ", a mais antiga de {time}.",
      do: "Veja se os consumidores travam em uma mensagem, esperam algo de fora, ou esquecem o XACK do que já fizeram.",
    },
    poison: {
      title: (n, one) =>
        one
          ? `${n} mensagem de {group} foi entregue 5 vezes ou mais`
          : `${n} mensagens de {group} foram entregues 5 vezes ou mais`,
      most: (n) => `{id} foi entregue ${pt.counted(n, "vez", "vezes")}, agora com {consumer}.`,
      mostFree: (n) => `{id} foi entregue ${pt.counted(n, "vez", "vezes")}, agora com ninguém.`,
      idle: "Última entrega {time}.",
      do: "Quem pega uma mensagem assim provavelmente falha nela. Leia-a, conserte a causa ou mova-a para as mensagens mortas, onde pode ser vista com calma.",
    },
    trimmedUnread: {
      title: (n, one) =>
        one
          ? `${n} mensagem foi cortada antes de {group} recebê-la`
          : `${n} mensagens foram cortadas antes de {group} recebê-las`,
      titleUnknown: "Mensagens podem ter sido cortadas antes de {group} recebê-las",
      behind: "A mais antiga que resta e ele não recebeu é de {time}.",
      unknown: "Quantas, o Redis não sabe dizer.",
      gone: "Elas não estão mais na stream e não serão processadas.",
      do: "Dê mais espaço à stream (um MAXLEN maior), ou faça o grupo ler mais rápido. O que foi cortado tem de vir de novo de quem produz.",
    },
    groupGrows: {
      title: (by, window) => `{group} só cresce: ${by} em ${window}`,
      lag: (lag, pending) => `Lag ${lag}, ${pending} pendentes.`,
      rates: "Entra {in} /s, sai {out} /s.",
      behind: "Ele lê o que chegou {time}.",
      consumers: (n) => `${pt.counted(n, "consumidor", "consumidores")}.`,
      do: "Adicione consumidores a este grupo, ou descubra por que as mensagens demoram mais ou chegam mais rápido que antes.",
    },
    nobody: "ninguém",
    messageId: "ID da entrada",
    deliveries: (n) => pt.counted(n, "entrega", "entregas"),
    unreachable: {
      last: "Últimos números bons {when}.",
      next: "Próxima tentativa {when}.",
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
