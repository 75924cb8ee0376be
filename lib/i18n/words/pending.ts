import { createFormat } from "../format";
import { words } from "../words";

const en = createFormat("en");
const pt = createFormat("pt-BR");

/** Words of the page of pending messages over all groups. */
export const pendingWords = words({
  en: {
    title: "Pending",
    hint: (total: string, groups: number) =>
      `${total} delivered and not acknowledged, in ${en.counted(groups, "group", "groups")}`,
    caption: "Pending messages of all groups, the oldest first",
    filter: "Filter these rows",
    noMatch: "No message here has this in its name or fields",
    clear: "Clear filter",
    noneTitle: "Nothing is pending",
    noneText: "Every message that was delivered to a consumer has been acknowledged.",
    noGroups: "No stream here has a consumer group, so nothing can be pending.",
    failed: "The pending messages could not be read",
    shown: (shown: number, total: string) => `the oldest ${en.count(shown)} of ${total}, by their IDs`,
    shownAll: (n: number) => (n === 1 ? "the only one" : `all ${en.count(n)}`),
    asked: (asked: number, groups: number) =>
      `Only ${en.count(asked)} of ${en.count(groups)} groups were asked: those that hold most. An older message may be in another one.`,
    col: {
      message: "Message",
      where: "Stream › group",
      consumer: "Consumer",
      idle: "Idle",
      deliveries: "Deliveries",
      age: "Age",
      fields: "Fields",
      actions: "Actions",
    },
    colTitle: {
      idle: "Since it was last delivered",
      deliveries: "How often it was delivered",
      age: "Since it was added, by its ID",
    },
    unowned: "nobody",
    unownedWhy: "Released: whoever reclaims may take it at once",
    gone: "the entry itself is gone",
    goneWhy: "It was deleted or trimmed: nothing is left to work on, and it can only be acknowledged",
    fieldsDenied: "the Redis user may not read entries",
    deliveries: (n: number) => en.counted(n, "delivery", "deliveries"),
    poison: "Delivered 5 times or more: it probably fails each time",
  },
  "pt-BR": {
    title: "Pendentes",
    hint: (total, groups) =>
      `${total} entregues e não confirmadas, em ${pt.counted(groups, "grupo", "grupos")}`,
    caption: "Mensagens pendentes de todos os grupos, as mais antigas primeiro",
    filter: "Filtrar estas linhas",
    noMatch: "Nenhuma mensagem aqui tem isto no nome ou nos campos",
    clear: "Limpar filtro",
    noneTitle: "Nada está pendente",
    noneText: "Toda mensagem entregue a um consumidor foi confirmada.",
    noGroups: "Nenhuma stream aqui tem grupo de consumidores, então nada pode estar pendente.",
    failed: "Não foi possível ler as mensagens pendentes",
    shown: (shown, total) => `as ${pt.count(shown)} mais antigas de ${total}, pelos IDs`,
    shownAll: (n) => (n === 1 ? "a única" : `todas as ${pt.count(n)}`),
    asked: (asked, groups) =>
      `Só ${pt.count(asked)} de ${pt.count(groups)} grupos foram consultados: os que têm mais. Pode haver uma mais antiga em outro.`,
    col: {
      message: "Mensagem",
      where: "Stream › grupo",
      consumer: "Consumidor",
      idle: "Parada há",
      deliveries: "Entregas",
      age: "Idade",
      fields: "Campos",
      actions: "Ações",
    },
    colTitle: {
      idle: "Desde a última entrega",
      deliveries: "Quantas vezes foi entregue",
      age: "Desde que foi adicionada, pelo ID",
    },
    unowned: "ninguém",
    unownedWhy: "Liberada: quem recupera pendentes pode pegá-la já",
    gone: "a entrada não existe mais",
    goneWhy: "Foi apagada ou cortada: não resta o que processar, só confirmar",
    fieldsDenied: "o usuário do Redis não pode ler entradas",
    deliveries: (n) => pt.counted(n, "entrega", "entregas"),
    poison: "Entregue 5 vezes ou mais: provavelmente falha sempre",
  },
});
