import { words } from "../words";

/**
 * Words of what can be done with pending messages of a consumer group: rescue, ack, dead-letter. `text` is the number as
 * it is written.
 */
export const entryActionWords = words({
  en: {
    title: {
      rescue: (n: number, text: string) => (n === 1 ? "Rescue this message?" : `Rescue ${text} messages?`),
      rescueOf: (n: number, text: string, consumer: string) =>
        n === 1 ? `Rescue 1 message of ${consumer}?` : `Rescue ${text} messages of ${consumer}?`,
      ack: (n: number, text: string) => (n === 1 ? "Ack this message?" : `Ack ${text} messages?`),
      "dead-letter": (n: number, text: string) =>
        n === 1 ? "Dead-letter this message?" : `Dead-letter ${text} messages?`,
    },
    confirm: {
      rescue: (text: string) => `Rescue ${text}`,
      ack: (text: string) => `Ack ${text}`,
      "dead-letter": (text: string) => `Dead-letter ${text}`,
    },
    leave: "Leave them",
    leaveOne: "Leave it",
    how: "How",
    sound: "recommended",
    mode: {
      release: "Release: for whoever reclaims",
      requeue: "Requeue: as new messages",
      claim: "Claim: for one consumer",
    },
    evidence: {
      loading: "Looking at the group…",
      unread: "The group could not be read, so nothing is known of who reclaims or re-reads.",
      reclaimed: "Seen: messages were reclaimed here {when}, after about {idle} idle.",
      reclaimedWhenever: "Seen: messages were reclaimed here {when}.",
      notReclaimed:
        "Nobody was seen to reclaim here while Vigia watched. If nobody does, released messages stay where they are.",
      leaveIt: "Left alone, they are reclaimed too, in their turn.",
      ownerRereads: "{consumer} was seen to read its own list {when}: started again, it would take them up.",
      requeueSure: "Needs nobody's help: any consumer that reads gets them.",
      everyGroup: "Delivered to every group of the stream: {groups}.",
      oneGroup: "No other group reads this stream.",
      everyGroupUnknown: "Delivered to every group of the stream, not only to this one.",
      rereads: "Seen: {consumer} read its own list again {when}.",
      neverRereads: "{consumer} was never seen to read its own list again.",
      rereaderGone: "{consumer} read its own list again {when}, but it is not alive now.",
      wakesNobody: (consumer: string) =>
        `A claim wakes nobody: ${consumer} sees them only when it reads its own list again, usually at its start.`,
      noHeir: "There is no other consumer in this group.",
    },
    claimFor: "Claim for",
    states: {
      alive: "alive",
      waiting: "waiting",
      dead: "dead",
      stalled: "stalled or dead",
      stuck: "stuck",
      unknown: "unknown",
    },
    effect: {
      release:
        "Each stays with its consumer but counts as idle for a day, so that the next one who reclaims takes it at once. IDs, order and delivery counts stay.",
      requeue:
        "A copy of each is added at the end of the stream, then the old one is acked, in one step. Consumers get it as a new message.",
      claim: "The chosen consumer owns them from then on. IDs, order and delivery counts stay.",
      ack: "Each is marked as done for this group without being processed. The entries stay in the stream, and other groups are not affected.",
      "dead-letter":
        "Each is copied to {target} with where it came from, then acked for this group, in one step. The entry stays in the stream, and other groups are not affected.",
    },
    final: {
      release:
        "If a silent consumer is still at work on one, that one is processed twice. Nothing else is lost.",
      requeue:
        "The old ID and the place in the order. If a silent consumer is still at work on one, that one is processed twice.",
      claim: "Who held them before. If that one is still at work on one, it is processed twice.",
      ack: "The ack itself: this group is never given these messages again.",
      "dead-letter": "This group is not given them again unless they are added to the stream anew.",
    },
    paced: "They go in small batches, so that Redis stays free for your consumers. You can stop at any time.",
    minIdle: "Idle for at least",
    minIdleWhy: "What was given to a consumer more recently is left alone: it may be at work on it.",
    custom: "other",
    seconds: "Seconds",
    secondsUnit: "s",
    poison: (deliveries: string) => `Take poison along (delivered ${deliveries} times or more)`,
    poisonLeft: (_n: number, text: string) => `${text} left out`,
    target: "Goes to",
    note: "Reason",
    noteHint: "optional, kept with each as _dlq_reason",
    notSoundClaim: "Nothing was seen that says {consumer} will ever look at them.",
    notSoundRelease: "Nothing was seen that says anybody will take them.",
  },
  "pt-BR": {
    title: {
      rescue: (n, text) => (n === 1 ? "Resgatar esta mensagem?" : `Resgatar ${text} mensagens?`),
      rescueOf: (n, text, consumer) =>
        n === 1 ? `Resgatar 1 mensagem de ${consumer}?` : `Resgatar ${text} mensagens de ${consumer}?`,
      ack: (n, text) => (n === 1 ? "Confirmar esta mensagem?" : `Confirmar ${text} mensagens?`),
      "dead-letter": (n, text) => (n === 1 ? "Mover esta mensagem à DLQ?" : `Mover ${text} mensagens à DLQ?`),
    },
    confirm: {
      rescue: (text) => `Resgatar ${text}`,
      ack: (text) => `Confirmar ${text}`,
      "dead-letter": (text) => `Mover ${text} à DLQ`,
    },
    leave: "Deixar como estão",
    leaveOne: "Deixar como está",
    how: "Como",
    sound: "recomendado",
    mode: {
      release: "Liberar: para quem recupera pendentes",
      requeue: "Reenfileirar: como mensagens novas",
      claim: "Reivindicar: para um consumidor",
    },
    evidence: {
      loading: "Olhando o grupo…",
      unread: "Não foi possível ler o grupo: não se sabe quem recupera ou relê.",
      reclaimed: "Visto: mensagens foram recuperadas aqui {when}, depois de cerca de {idle} paradas.",
      reclaimedWhenever: "Visto: mensagens foram recuperadas aqui {when}.",
      notReclaimed:
        "Ninguém foi visto recuperando pendentes aqui desde que o Vigia observa. Se ninguém o faz, as liberadas ficam onde estão.",
      leaveIt: "Deixadas como estão, também serão recuperadas, na sua vez.",
      ownerRereads: "{consumer} foi visto lendo a própria lista {when}: reiniciado, ele as retomaria.",
      requeueSure: "Não depende de ninguém: qualquer consumidor que lê as recebe.",
      everyGroup: "Entregues a todos os grupos da stream: {groups}.",
      oneGroup: "Nenhum outro grupo lê esta stream.",
      everyGroupUnknown: "Entregues a todos os grupos da stream, não só a este.",
      rereads: "Visto: {consumer} releu a própria lista {when}.",
      neverRereads: "{consumer} nunca foi visto relendo a própria lista.",
      rereaderGone: "{consumer} releu a própria lista {when}, mas não está vivo agora.",
      wakesNobody: (consumer) =>
        `Reivindicar não acorda ninguém: ${consumer} só as vê quando relê a própria lista, em geral ao iniciar.`,
      noHeir: "Não há outro consumidor neste grupo.",
    },
    claimFor: "Reivindicar para",
    states: {
      alive: "vivo",
      waiting: "esperando",
      dead: "morto",
      stalled: "parado ou morto",
      stuck: "preso",
      unknown: "desconhecido",
    },
    effect: {
      release:
        "Cada uma fica com seu consumidor, mas conta como parada há um dia, e o próximo que recuperar pendentes a leva na hora. IDs, ordem e entregas ficam.",
      requeue:
        "Uma cópia de cada uma entra no fim da stream e a antiga é confirmada, num só passo. Os consumidores a recebem como mensagem nova.",
      claim: "O consumidor escolhido passa a ser o dono. IDs, ordem e entregas ficam.",
      ack: "Cada uma é marcada como feita para este grupo sem ser processada. As entradas ficam na stream, e outros grupos não são afetados.",
      "dead-letter":
        "Cada uma é copiada para {target} com sua origem e confirmada para este grupo, num só passo. A entrada fica na stream, e outros grupos não são afetados.",
    },
    final: {
      release:
        "Se um consumidor calado ainda trabalha em uma, ela é processada duas vezes. Nada mais se perde.",
      requeue:
        "O ID antigo e o lugar na ordem. Se um consumidor calado ainda trabalha em uma, ela é processada duas vezes.",
      claim: "Com quem estavam. Se ele ainda trabalha em uma, ela é processada duas vezes.",
      ack: "A confirmação: este grupo nunca mais recebe estas mensagens.",
      "dead-letter": "Este grupo não as recebe de novo, a não ser que entrem outra vez na stream.",
    },
    paced:
      "Elas vão em lotes pequenos, para o Redis ficar livre para seus consumidores. Você pode parar a qualquer momento.",
    minIdle: "Paradas há pelo menos",
    minIdleWhy:
      "O que um consumidor recebeu há menos tempo fica como está: ele pode estar trabalhando nisso.",
    custom: "outro",
    seconds: "Segundos",
    secondsUnit: "s",
    poison: (deliveries) => `Levar também as venenosas (entregues ${deliveries} vezes ou mais)`,
    poisonLeft: (n, text) => (n === 1 ? `${text} fica de fora` : `${text} ficam de fora`),
    target: "Vai para",
    note: "Motivo",
    noteHint: "opcional, guardado com cada uma em _dlq_reason",
    notSoundClaim: "Nada visto indica que {consumer} um dia olhe para elas.",
    notSoundRelease: "Nada visto indica que alguém vá pegá-las.",
  },
});
