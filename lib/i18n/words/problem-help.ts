import { createFormat } from "../format";
import { words } from "../words";

const en = createFormat("en");
const pt = createFormat("pt-BR");

/** What to do about a problem, and by which rule Vigia knows of it: the words of its own page. */
export const problemHelpWords = words({
  en: {
    howKnown: "How Vigia knows",
    how: {
      "queue-no-worker":
        "Jobs wait in the queue's list, and no worker that is registered and alive names this queue, or all workers are suspended.",
      "queues-no-worker":
        "In each of these queues jobs wait, and no worker that is registered and alive names it, or all workers are suspended. More than five such queues are told as one problem.",
      "same-failure":
        "Failed jobs whose tracebacks come from the same place with the same error: 5 or more, or 3 within 10 minutes. What failed more than a day ago is left out.",
      "job-worker-gone":
        "The job counts as started, and the worker that it names is gone or has let the job's deadline in the started registry pass.",
      "job-overruns":
        "Its worker is alive and says that it works on it. It runs for longer than its own time limit and the 60 s after which RQ kills it, or for more than 10 minutes and 20 times the mean run of that queue's workers.",
      "backlog-grows":
        "Over 10 minutes what is unfinished grew by 5 jobs or more with a rising trend, never fell to half of its highest, and the oldest job waits for 30 s or more. A burst that drains is no problem.",
      "consumer-dead":
        "It holds pending messages and has been silent for longer than a minute (VIGIA_DEAD_AFTER_S) and for longer than 20 of its usual gaps.",
      "group-no-consumers":
        "The group has messages to read or pending ones, and XINFO GROUPS counts no consumer in it.",
      "groups-no-consumers":
        "Each of these groups has messages to read or pending ones, and XINFO GROUPS counts no consumer in it. More than five such groups are told as one problem.",
      "group-stalled":
        "Consumers are there, and nothing was acknowledged for 5 minutes while work was due; or messages wait and all consumers have been silent for a minute and for longer than is usual.",
      "entry-poison": "XPENDING counts 5 deliveries or more of messages that are still not acknowledged.",
      "entries-trimmed-unread":
        "The stream's first entry, or what it says was deleted, lies after what the group was given last.",
      "group-grows":
        "Over 10 minutes lag and pending together grew with a rising trend and never fell to half of their highest. A burst that drains is no problem.",
      "redis-unreachable": "Two looks in a row failed with this answer.",
      "data-stale": "Redis is connected, and more than three looks in a row brought nothing.",
      "redis-denied": "Redis answered these commands with NOPERM within the last minute.",
      "redis-memory":
        "INFO memory, read at each look but not more often than every 5 s: used_memory against maxmemory. It is told from 85 % on and counts as failing from 95 % on.",
      "redis-evicts": "INFO stats: evicted_keys has grown within the last 5 minutes.",
    },
    password: "The address is shown without its password. Add it if Redis asks for one.",
    more: (n: number) => `and ${en.count(n)} more`,
    noWorker: {
      doNone: "No worker runs. Start one where the code of the jobs is installed:",
      doOthers:
        "Workers run, and none of them listens to this queue. Start one for it, or add its name to the command of one that runs:",
      doSimilar:
        "Workers listen to {similar}, which is nearly the same name. If it was mistyped, correct it in the program that enqueues or in the worker's command, and move what waits to the queue that was meant. Otherwise start a worker for this queue:",
      doSuspended: "Somebody suspended all workers with rq suspend. They go on with:",
      lastDied: "Its last worker, {worker}, died without signing off; its last sign of life was at {when}.",
    },
    queuesNoWorker: {
      title: (n: number, queues: number) =>
        `${en.counted(n, "job waits", "jobs wait")} in ${en.count(queues)} queues that no live worker listens to`,
      list: "Queues without a worker",
      queue: "Queue",
      waiting: "Waiting",
      oldest: "Oldest since",
      suspended: "All workers are suspended.",
      do: "Start workers for these queues. One worker can listen to several; it takes them in the order of its command:",
    },
    overruns: {
      title: (n: number) =>
        n === 1
          ? "1 job of {queue} runs for far too long"
          : `${en.count(n)} jobs of {queue} run for far too long`,
      job: "{func} has run for {time} on {worker}.",
      limit: "Its limit is {limit}.",
      usual: "Jobs of these workers take {usual} on average.",
      doLimit:
        "RQ could not end it at its limit: it hangs in a call that cannot be interrupted, or it catches the time-out. Stop it; if that does not help, end the worker's process on its machine.",
      doUsual:
        "See what it waits for: a service that does not answer, a lock, an endless loop. Stop it if it hangs, and give such jobs a limit (job_timeout).",
      limitOf: (limit: string) => `limit ${limit}`,
      noLimit: "no limit",
    },
    sameFailure: {
      doTimeout:
        "The jobs took longer than their limit. See what they wait for, or give them more time with job_timeout when they are enqueued. Then retry.",
      doKilled:
        "Their process was killed from outside, usually because the machine had no memory left (its log says “Out of memory”), or by a deploy. Give it more memory or make the jobs smaller, then retry.",
      doImport:
        "The worker cannot load the function: it runs in another folder, with other packages or with an older version of the code than the program that enqueues. Deploy both, restart the workers, then retry.",
      doConnection: "A service that the jobs need did not answer. See whether it runs again, then retry.",
    },
    grows: {
      run: "A job takes {time} on average.",
      drain: "If nothing more came in, all would be done in {time}.",
      doMore: (n: number) =>
        `All workers are busy. About ${en.counted(n, "more worker", "more workers")} would clear it in 10 minutes at today's rate. If jobs became slower, mend that first: more workers make a slow database slower.`,
      doIdle:
        "Not all workers are busy, so more of the same would not help. A worker that listens to several queues takes the first ones first: see whether another queue keeps them, or start one for this queue alone:",
    },
    groupsNoConsumers: {
      title: (groups: number, streams: number) =>
        `${en.counted(groups, "group", "groups")} of ${en.counted(streams, "stream", "streams")} have no consumer, and messages wait for them`,
      waiting: (lag: number) => `${en.counted(lag, "message was", "messages were")} not delivered to them.`,
      pending: (n: number) => `${en.counted(n, "message is", "messages are")} pending.`,
      list: "Groups without a consumer",
      group: "Group",
      lag: "Lag",
      pendingHead: "Pending",
      do: "Start consumers of these groups. A group that nobody needs any more can be removed (XGROUP DESTROY): it would keep this warning.",
    },
    denied: {
      title: (n: number) =>
        n === 1
          ? "The Redis user may not run {commands}, so figures are missing"
          : `The Redis user may not run ${en.count(n)} commands, so figures are missing`,
      list: "Refused: {commands}.",
      do: "Let somebody who may change users grant them. Looking needs no right to write:",
    },
    memory: {
      title: (share: string) => `Redis uses ${share} of its memory limit`,
      titleMachine: (share: string) => `Redis uses ${share} of its machine's memory`,
      used: "{used} of {limit}.",
      noLimit:
        "Redis sets itself no limit (maxmemory is 0): when memory runs out, the system ends it. In a container the real limit may be lower than this.",
      noeviction:
        "When it is full, Redis refuses writes: nothing can be enqueued, and workers fail when they save.",
      allkeys:
        "When it is full, Redis removes any keys ({policy}): jobs, queues and streams may vanish without a word.",
      volatile:
        "When it is full, Redis removes keys that expire ({policy}): RQ's results and finished jobs go first. When none is left, it refuses writes.",
      unknownPolicy: "What Redis does when it is full is not told.",
      holders: "Who holds most",
      holdersHint: "Estimated from samples while this lasts, at most once a minute.",
      holdersWait: "Being estimated…",
      holdersNone: "No queue and no stream holds much, or this user may not ask (MEMORY USAGE).",
      holder: "Queue or stream",
      size: "Memory",
      share: "Share",
      jobs: (n: string) => `${n} jobs`,
      entries: (n: string) => `${n} entries`,
      untrusted:
        "This version of Redis counts a large pending list several times over: the real figure is lower",
      do: "Free memory: trim long streams (XTRIM), let results and failed jobs expire sooner (result_ttl, failure_ttl), empty what is not needed. Or raise the limit, here by a quarter:",
      doMachine:
        "Free memory: trim long streams (XTRIM), let results and failed jobs expire sooner (result_ttl, failure_ttl). A limit with the policy noeviction makes Redis refuse writes before the system ends it.",
    },
    evicts: {
      title: (n: number) => `Redis has removed ${en.counted(n, "key", "keys")} for want of memory`,
      allkeys: "Its policy {policy} may remove jobs, queues and streams: work may be lost without an error.",
      volatile: "Its policy {policy} removes keys that expire: RQ's results and finished jobs go first.",
      do: "A Redis that holds queues should not evict. Give it more memory, then let it refuse writes when it is full, which programs notice:",
    },
  },
  "pt-BR": {
    howKnown: "Como o Vigia sabe",
    how: {
      "queue-no-worker":
        "Há jobs na lista da fila, e nenhum worker registrado e vivo cita esta fila, ou todos os workers estão suspensos.",
      "queues-no-worker":
        "Em cada uma destas filas há jobs, e nenhum worker registrado e vivo a cita, ou todos os workers estão suspensos. Mais de cinco filas assim viram um só problema.",
      "same-failure":
        "Jobs que falharam com o mesmo erro, vindo do mesmo lugar: 5 ou mais, ou 3 em 10 minutos. O que falhou há mais de um dia fica de fora.",
      "job-worker-gone":
        "O job consta como iniciado, e o worker que ele cita sumiu ou deixou passar o prazo do job no registro de iniciados.",
      "job-overruns":
        "O worker dele está vivo e diz que trabalha nele. Ele roda além do seu limite de tempo e dos 60 s após os quais o RQ o mata, ou há mais de 10 minutos e 20 vezes a duração média dos workers da fila.",
      "backlog-grows":
        "Em 10 minutos o que não terminou cresceu 5 jobs ou mais, com tendência de alta, nunca caiu à metade do máximo, e o job mais antigo espera há 30 s ou mais. Um pico que escoa não é problema.",
      "consumer-dead":
        "Ele segura mensagens pendentes e está em silêncio há mais de um minuto (VIGIA_DEAD_AFTER_S) e há mais de 20 dos seus intervalos usuais.",
      "group-no-consumers":
        "O grupo tem mensagens a ler ou pendentes, e XINFO GROUPS não conta nenhum consumidor nele.",
      "groups-no-consumers":
        "Cada um destes grupos tem mensagens a ler ou pendentes, e XINFO GROUPS não conta nenhum consumidor nele. Mais de cinco grupos assim viram um só problema.",
      "group-stalled":
        "Há consumidores, e nada foi confirmado por 5 minutos enquanto havia trabalho; ou mensagens esperam e todos os consumidores estão calados há um minuto e por mais tempo que o usual.",
      "entry-poison": "XPENDING conta 5 entregas ou mais de mensagens que ainda não foram confirmadas.",
      "entries-trimmed-unread":
        "A primeira entrada da stream, ou o que ela diz ter sido apagado, vem depois do que o grupo recebeu por último.",
      "group-grows":
        "Em 10 minutos lag e pendentes juntos cresceram com tendência de alta e nunca caíram à metade do máximo. Um pico que escoa não é problema.",
      "redis-unreachable": "Duas leituras seguidas falharam com esta resposta.",
      "data-stale": "O Redis está conectado, e mais de três leituras seguidas não trouxeram nada.",
      "redis-denied": "O Redis respondeu a estes comandos com NOPERM no último minuto.",
      "redis-memory":
        "INFO memory, lido a cada olhada, mas não mais que a cada 5 s: used_memory contra maxmemory. É avisado a partir de 85 % e conta como falha a partir de 95 %.",
      "redis-evicts": "INFO stats: evicted_keys cresceu nos últimos 5 minutos.",
    },
    password: "O endereço aparece sem a senha. Acrescente-a se o Redis pedir uma.",
    more: (n) => `e mais ${pt.count(n)}`,
    noWorker: {
      doNone: "Nenhum worker roda. Inicie um onde o código dos jobs está instalado:",
      doOthers:
        "Há workers rodando, e nenhum deles escuta esta fila. Inicie um para ela, ou acrescente o nome dela ao comando de um que roda:",
      doSimilar:
        "Workers escutam {similar}, que é quase o mesmo nome. Se foi erro de digitação, corrija-o em quem enfileira ou no comando do worker, e mova o que espera para a fila certa. Senão, inicie um worker para esta fila:",
      doSuspended: "Alguém suspendeu todos os workers com rq suspend. Eles continuam com:",
      lastDied:
        "O último worker dela, {worker}, morreu sem se despedir; o último sinal de vida foi às {when}.",
    },
    queuesNoWorker: {
      title: (n, queues) =>
        `${pt.counted(n, "job espera", "jobs esperam")} em ${pt.count(queues)} filas que nenhum worker vivo escuta`,
      list: "Filas sem worker",
      queue: "Fila",
      waiting: "Esperando",
      oldest: "Mais antigo desde",
      suspended: "Todos os workers estão suspensos.",
      do: "Inicie workers para estas filas. Um worker pode escutar várias; ele as atende na ordem do comando:",
    },
    overruns: {
      title: (n) =>
        n === 1
          ? "1 job de {queue} roda há tempo demais"
          : `${pt.count(n)} jobs de {queue} rodam há tempo demais`,
      job: "{func} roda há {time} em {worker}.",
      limit: "O limite é {limit}.",
      usual: "Jobs destes workers levam {usual} em média.",
      doLimit:
        "O RQ não conseguiu encerrá-lo no limite: ele está preso em uma chamada que não pode ser interrompida, ou captura o aviso. Pare-o; se não adiantar, encerre o processo do worker na máquina dele.",
      doUsual:
        "Veja o que ele espera: um serviço que não responde, um lock, um laço sem fim. Pare-o se estiver preso, e dê um limite a jobs assim (job_timeout).",
      limitOf: (limit) => `limite ${limit}`,
      noLimit: "sem limite",
    },
    sameFailure: {
      doTimeout:
        "Os jobs passaram do limite de tempo. Veja o que eles esperam, ou dê mais tempo com job_timeout ao enfileirar. Depois repita.",
      doKilled:
        "O processo deles foi morto de fora, em geral porque a máquina ficou sem memória (o log dela diz “Out of memory”), ou por um deploy. Dê mais memória ou faça jobs menores, e depois repita.",
      doImport:
        "O worker não consegue carregar a função: ele roda em outra pasta, com outros pacotes ou com uma versão do código mais velha que a de quem enfileira. Publique os dois, reinicie os workers e depois repita.",
      doConnection: "Um serviço de que os jobs precisam não respondeu. Veja se ele voltou, e depois repita.",
    },
    grows: {
      run: "Um job leva {time} em média.",
      drain: "Se nada mais chegasse, tudo estaria feito em {time}.",
      doMore: (n) =>
        `Todos os workers estão ocupados. Com cerca de ${pt.counted(n, "worker a mais", "workers a mais")} tudo estaria feito em 10 minutos no ritmo de hoje. Se os jobs ficaram mais lentos, conserte isso antes: mais workers deixam um banco lento mais lento.`,
      doIdle:
        "Nem todos os workers estão ocupados, então mais deles não ajudariam. Um worker que escuta várias filas atende as primeiras antes: veja se outra fila os prende, ou inicie um só para esta:",
    },
    groupsNoConsumers: {
      title: (groups, streams) =>
        `${pt.counted(groups, "grupo", "grupos")} de ${pt.counted(streams, "stream", "streams")} não têm consumidor, e mensagens esperam por eles`,
      waiting: (lag) =>
        `${pt.counted(lag, "mensagem não foi entregue", "mensagens não foram entregues")} a eles.`,
      pending: (n) => `${pt.counted(n, "mensagem está pendente", "mensagens estão pendentes")}.`,
      list: "Grupos sem consumidor",
      group: "Grupo",
      lag: "Lag",
      pendingHead: "Pendentes",
      do: "Inicie consumidores destes grupos. Um grupo de que ninguém precisa mais pode ser removido (XGROUP DESTROY): ele manteria este aviso.",
    },
    denied: {
      title: (n) =>
        n === 1
          ? "O usuário do Redis não pode usar {commands}, então faltam números"
          : `O usuário do Redis não pode usar ${pt.count(n)} comandos, então faltam números`,
      list: "Negados: {commands}.",
      do: "Peça a quem pode alterar usuários que os conceda. Olhar não exige direito de escrita:",
    },
    memory: {
      title: (share) => `O Redis usa ${share} do seu limite de memória`,
      titleMachine: (share) => `O Redis usa ${share} da memória da máquina`,
      used: "{used} de {limit}.",
      noLimit:
        "O Redis não se impõe limite (maxmemory é 0): quando a memória acabar, o sistema o encerra. Em um contêiner o limite real pode ser menor que este.",
      noeviction:
        "Quando encher, o Redis recusa escritas: nada pode ser enfileirado, e workers falham ao gravar.",
      allkeys:
        "Quando encher, o Redis remove quaisquer chaves ({policy}): jobs, filas e streams podem sumir sem aviso.",
      volatile:
        "Quando encher, o Redis remove chaves que expiram ({policy}): resultados e jobs terminados do RQ vão primeiro. Quando não restar nenhuma, recusa escritas.",
      unknownPolicy: "O que o Redis faz quando encher, ele não diz.",
      holders: "Quem ocupa mais",
      holdersHint: "Estimado por amostras enquanto isto dura, no máximo uma vez por minuto.",
      holdersWait: "Estimando…",
      holdersNone:
        "Nenhuma fila e nenhuma stream ocupa muito, ou este usuário não pode perguntar (MEMORY USAGE).",
      holder: "Fila ou stream",
      size: "Memória",
      share: "Parte",
      jobs: (n) => `${n} jobs`,
      entries: (n) => `${n} entradas`,
      untrusted:
        "Esta versão do Redis conta várias vezes uma lista de pendentes grande: o número real é menor",
      do: "Libere memória: corte streams longas (XTRIM), deixe resultados e jobs com falha expirarem antes (result_ttl, failure_ttl), esvazie o que não é preciso. Ou aumente o limite, aqui em um quarto:",
      doMachine:
        "Libere memória: corte streams longas (XTRIM), deixe resultados e jobs com falha expirarem antes (result_ttl, failure_ttl). Um limite com a política noeviction faz o Redis recusar escritas antes que o sistema o encerre.",
    },
    evicts: {
      title: (n) => `O Redis removeu ${pt.counted(n, "chave", "chaves")} por falta de memória`,
      allkeys: "A política {policy} pode remover jobs, filas e streams: trabalho pode se perder sem erro.",
      volatile:
        "A política {policy} remove chaves que expiram: resultados e jobs terminados do RQ vão primeiro.",
      do: "Um Redis com filas não deveria remover chaves. Dê-lhe mais memória e deixe-o recusar escritas quando encher, o que os programas percebem:",
    },
  },
});
