/** Entries as real producers write them: JSON in a field, long texts, many small fields, an empty value. */
import { randomUUID } from "node:crypto";

type Some<T> = readonly [T, ...T[]];

const PEOPLE: Some<string> = ["ana", "bruno", "carla", "diego", "elisa", "joão", "luísa", "zoë"];
const SHOPS: Some<string> = ["centro", "norte", "sul", "leste"];
const CARRIERS: Some<string> = ["correios", "jadlog", "motoboy"];
const WORDS =
  "entregar na portaria depois das dezoito horas o interfone não funciona ligar antes cliente pede embalagem para presente sem nota à mostra".split(
    " ",
  );

const oneOf = <T>(list: Some<T>): T => list[Math.floor(Math.random() * list.length)] ?? list[0];
const upTo = (most: number) => Math.floor(Math.random() * most);

function text(words: number): string {
  return Array.from({ length: words }, () => WORDS[upTo(WORDS.length)]).join(" ");
}

/** Names and values in turn. One order in twenty carries a note of several kilobytes. */
export function orderEntry(): string[] {
  const items = Array.from({ length: 1 + upTo(4) }, () => ({
    sku: `SKU-${1_000 + upTo(9_000)}`,
    quantidade: 1 + upTo(5),
    preco_centavos: 990 + upTo(90_000),
    opcoes: { cor: oneOf(["azul", "verde", "preto"]), presente: Math.random() < 0.2 },
  }));
  const total = items.reduce((sum, item) => sum + item.quantidade * item.preco_centavos, 0);
  const long = Math.random() < 0.05;
  return [
    ...["pedido", String(100_000 + upTo(900_000)), "loja", oneOf(SHOPS), "total", (total / 100).toFixed(2)],
    ...["cliente", JSON.stringify({ nome: oneOf(PEOPLE), email: `${oneOf(PEOPLE)}@example.org` })],
    ...["itens", JSON.stringify(items)],
    ...["transportadora", Math.random() < 0.3 ? "" : oneOf(CARRIERS)],
    ...["observacao", text(long ? 900 : upTo(12))],
    ...["trace_id", randomUUID()],
  ];
}

export function stockEntry(): string[] {
  return [
    "sku",
    `SKU-${1_000 + upTo(9_000)}`,
    "delta",
    String(upTo(40) - 20),
    "motivo",
    oneOf(["venda", "devolução"]),
  ];
}

export function note(): string[] {
  return ["nivel", oneOf(["info", "aviso"]), "texto", text(8 + upTo(30))];
}

export function catalogueEntry(): string[] {
  const change = {
    sku: `SKU-${1_000 + upTo(9_000)}`,
    antes: { preco: upTo(900) },
    depois: { preco: upTo(900) },
  };
  return ["evento", "preco_alterado", "dados", JSON.stringify(change)];
}

/** An order that was given up: its own fields, then where it came from, as Vigia writes them. */
export function deadLetter(stream: string, group: string): string[] {
  const at = Date.now() - upTo(6 * 3_600_000);
  return [
    ...orderEntry(),
    ...[
      "_dlq_stream",
      stream,
      "_dlq_group",
      group,
      "_dlq_id",
      `${at}-0`,
      "_dlq_consumer",
      "faturamento-7c9f",
    ],
    ...["_dlq_deliveries", String(5 + upTo(4)), "_dlq_reason", oneOf(["CPF inválido", "SKU desconhecido"])],
  ];
}
