import { words } from "../words";

/** Words on the buttons that change something, which stand on first screens; their dialogs' words come with the dialogs. `text` is the number as it is written. */
export const actionButtonWords = words({
  en: {
    /** One item, done at once. */
    one: { retry: "Retry", cancel: "Cancel…", stop: "Stop…", move: "Move…", repair: "Repair…" },
    oneNamed: {
      retry: (id: string) => `Retry job ${id}`,
      cancel: (id: string) => `Cancel job ${id}…`,
      stop: (id: string) => `Stop job ${id}…`,
      move: (id: string) => `Move job ${id}…`,
      repair: (id: string) => `Repair job ${id}…`,
    },
    many: {
      retry: (text: string) => `Retry ${text}…`,
      cancel: (text: string) => `Cancel ${text}…`,
      stop: (text: string) => `Stop ${text}…`,
      move: (text: string) => `Move ${text}…`,
      repair: (text: string) => `Repair ${text}…`,
    },
    /** With their object, where a button stands alone. */
    mend: {
      move: (n: number, text: string) => (n === 1 ? "Move 1 job…" : `Move ${text} jobs…`),
      repair: (n: number, text: string) => (n === 1 ? "Repair 1 job…" : `Repair ${text} jobs…`),
    },
    off: {
      setting: "Vigia was started read-only (VIGIA_READ_ONLY), so nothing can be changed from here.",
      "redis-user": "Vigia's Redis user may only read, so nothing can be changed from here.",
      down: "Redis cannot be reached, so nothing can be changed now.",
      nothing: "There is nothing to act on.",
    },
    entry: {
      button: {
        rescue: (text: string) => `Rescue ${text}…`,
        rescueOne: "Rescue…",
        ack: (text: string) => `Ack ${text}…`,
        ackOne: "Ack…",
        "dead-letter": (text: string) => `Dead-letter ${text}…`,
        "dead-letterOne": "Dead-letter…",
      },
      named: {
        rescue: (id: string) => `Rescue message ${id}…`,
        ack: (id: string) => `Ack message ${id}…`,
        "dead-letter": (id: string) => `Dead-letter message ${id}…`,
      },
    },
  },
  "pt-BR": {
    one: { retry: "Repetir", cancel: "Cancelar…", stop: "Parar…", move: "Mover…", repair: "Reparar…" },
    oneNamed: {
      retry: (id) => `Repetir o job ${id}`,
      cancel: (id) => `Cancelar o job ${id}…`,
      stop: (id) => `Parar o job ${id}…`,
      move: (id) => `Mover o job ${id}…`,
      repair: (id) => `Reparar o job ${id}…`,
    },
    many: {
      retry: (text) => `Repetir ${text}…`,
      cancel: (text) => `Cancelar ${text}…`,
      stop: (text) => `Parar ${text}…`,
      move: (text) => `Mover ${text}…`,
      repair: (text) => `Reparar ${text}…`,
    },
    mend: {
      move: (n, text) => (n === 1 ? "Mover 1 job…" : `Mover ${text} jobs…`),
      repair: (n, text) => (n === 1 ? "Reparar 1 job…" : `Reparar ${text} jobs…`),
    },
    off: {
      setting: "O Vigia foi iniciado só para leitura (VIGIA_READ_ONLY): nada pode ser mudado daqui.",
      "redis-user": "O usuário do Vigia no Redis só pode ler: nada pode ser mudado daqui.",
      down: "O Redis não responde: nada pode ser mudado agora.",
      nothing: "Não há sobre o que agir.",
    },
    entry: {
      button: {
        rescue: (text) => `Resgatar ${text}…`,
        rescueOne: "Resgatar…",
        ack: (text) => `Confirmar ${text}…`,
        ackOne: "Confirmar…",
        "dead-letter": (text) => `Mover ${text} à DLQ…`,
        "dead-letterOne": "Mover à DLQ…",
      },
      named: {
        rescue: (id) => `Resgatar a mensagem ${id}…`,
        ack: (id) => `Confirmar a mensagem ${id}…`,
        "dead-letter": (id) => `Mover a mensagem ${id} à DLQ…`,
      },
    },
  },
});
