import { words } from "../words";

/**
 * Why Redis cannot be watched and what to do about it: on the page, in the banner, and on the terminal at the start. Each has a
 * title (without a stop; `{label}` is the address, `{command}` what was refused), what it means, and what to do.
 */
type Trouble = { title: string; why: string; do: string };

const en = {
  refused: {
    title: "Nothing listens at {label}",
    why: "The machine answers, and no program takes connections on that port.",
    do: "Start Redis there, or correct the host and port in REDIS_URL (or REDIS_HOST and REDIS_PORT).",
  },
  "unknown-host": {
    title: "The host of {label} is not known",
    why: "Its name does not resolve to an address.",
    do: "Correct the host name in REDIS_URL (or REDIS_HOST). In a container localhost is the container itself: use the name of the service there.",
  },
  "no-socket": {
    title: "There is no socket at {label}",
    why: "The file does not exist: Redis does not run, or listens elsewhere.",
    do: "Correct the path in REDIS_URL, or set unixsocket in redis.conf.",
  },
  "no-route": {
    title: "There is no way to {label}",
    why: "The network of that host cannot be reached from here.",
    do: "Check the network, the VPN and the address in REDIS_URL (or REDIS_HOST).",
  },
  "no-connection": {
    title: "{label} takes no connection",
    why: "Nobody answered within 2 seconds: a firewall drops the packets, the host is down, or the port does not speak what was expected.",
    do: "Check host, port and firewall. If the address begins with rediss://, check that this port speaks TLS; without TLS it is redis://.",
  },
  "closed-at-once": {
    title: "{label} closes each connection at once",
    why: "The server ends it before an answer: usually it speaks TLS alone, or is no Redis.",
    do: "If the server uses TLS, write rediss:// instead of redis:// in REDIS_URL. Otherwise check the port.",
  },
  "no-tls": {
    title: "{label} does not speak TLS",
    why: "The address begins with rediss://, and the server answers without TLS.",
    do: "Write redis:// instead of rediss:// in REDIS_URL, or use the server's TLS port.",
  },
  certificate: {
    title: "The certificate of {label} is not trusted",
    why: "It is self-signed, expired, or for another host name.",
    do: "Give Vigia the authority that signed it in NODE_EXTRA_CA_CERTS, and use the host name for which the certificate was made.",
  },
  "password-missing": {
    title: "{label} asks for a password",
    why: "Redis takes no command without one, and none is set.",
    do: "Put it into REDIS_URL, or set REDIS_PASSWORD (and REDIS_USERNAME). Special characters are percent-encoded in a URL: @ is %40.",
  },
  "wrong-password": {
    title: "{label} refuses this user or password",
    why: "The password is wrong, the user does not exist or is switched off, or Redis has no password at all.",
    do: "Correct them in REDIS_URL, or in REDIS_USERNAME and REDIS_PASSWORD. Special characters are percent-encoded in a URL: @ is %40.",
  },
  protected: {
    title: "{label} takes connections only from its own machine",
    why: "Redis runs in protected mode: it has no password and was reached from elsewhere.",
    do: "Set a password in redis.conf (requirepass) and give it to Vigia, or run Vigia on that machine.",
  },
  "no-permission": {
    title: "{label} refuses {command} to this user",
    why: "The access list (ACL) of the Redis user lacks a permission that watching needs.",
    do: "Let somebody who may change users grant it. Reading is enough to watch.",
  },
  "no-database": {
    title: "{label} has no database of that number",
    why: "Redis has 16 databases, 0 to 15, unless it is told otherwise; a cluster has only 0.",
    do: "Correct the number at the end of REDIS_URL (or REDIS_DB).",
  },
  loading: {
    title: "{label} is loading its data",
    why: "Redis was started and reads its file. It answers when it is done.",
    do: "Wait. Nothing has to be changed.",
  },
  "read-only-replica": {
    title: "{label} is a replica and takes no writes",
    why: "Changes go to its primary.",
    do: "Put the address of the primary into REDIS_URL, or set VIGIA_READ_ONLY=true to watch only.",
  },
  "replica-cut-off": {
    title: "{label} is a replica that has lost its primary",
    why: "It gives no data until it has it back (replica-serve-stale-data is no).",
    do: "Bring the primary back, or put its address into REDIS_URL.",
  },
  "out-of-memory": {
    title: "{label} has no memory left",
    why: "Redis is at its limit (maxmemory) and refuses commands.",
    do: "Raise maxmemory, or remove what is not needed.",
  },
  "cannot-persist": {
    title: "{label} cannot save to disk and refuses writes",
    why: "The last save failed, so Redis takes no changes: nothing can be enqueued.",
    do: "Look into the log of Redis: the disk may be full or its folder not writable.",
  },
  "too-many-clients": {
    title: "{label} has too many clients",
    why: "Redis has reached its limit (maxclients) and takes no further connection.",
    do: "Close clients that are not needed, or raise maxclients. Programs that open a connection a job and never close it are a usual cause.",
  },
  busy: {
    title: "{label} is busy with a script",
    why: "A script of another client runs for long, and Redis answers nobody else meanwhile.",
    do: "Wait, or end it if it only reads.",
  },
  timeout: {
    title: "{label} does not answer in time",
    why: "The connection is there and an answer took longer than a second: Redis is busy with a long command, swaps, or the network is slow.",
    do: "See what Redis is busy with.",
  },
  "wrong-type": {
    title: "A key of {label} holds something else",
    why: "A key that belongs to RQ has another type.",
    do: "See whether another program uses the same names, or the wrong database is set.",
  },
  unreachable: {
    title: "The connection to {label} was lost",
    why: "It was there and ended: Redis was stopped or restarted, or the network was cut.",
    do: "Check that Redis runs. Vigia tries again by itself.",
  },
  other: {
    title: "{label} gives an answer that Vigia does not understand",
    why: "The server log of Vigia has its words.",
    do: "Check that this is a Redis or Valkey from 6.0.",
  },
} satisfies Record<string, Trouble>;

export type TroubleKind = keyof typeof en;

const pt: Record<TroubleKind, Trouble> = {
  refused: {
    title: "Nada escuta em {label}",
    why: "A máquina responde, e nenhum programa aceita conexões nessa porta.",
    do: "Inicie o Redis lá, ou corrija host e porta em REDIS_URL (ou REDIS_HOST e REDIS_PORT).",
  },
  "unknown-host": {
    title: "O host de {label} não é conhecido",
    why: "O nome dele não resolve para um endereço.",
    do: "Corrija o nome do host em REDIS_URL (ou REDIS_HOST). Em um contêiner, localhost é o próprio contêiner: use ali o nome do serviço.",
  },
  "no-socket": {
    title: "Não há socket em {label}",
    why: "O arquivo não existe: o Redis não roda, ou escuta em outro lugar.",
    do: "Corrija o caminho em REDIS_URL, ou defina unixsocket no redis.conf.",
  },
  "no-route": {
    title: "Não há caminho até {label}",
    why: "A rede desse host não é alcançada daqui.",
    do: "Verifique a rede, a VPN e o endereço em REDIS_URL (ou REDIS_HOST).",
  },
  "no-connection": {
    title: "{label} não aceita conexão",
    why: "Ninguém respondeu em 2 segundos: um firewall descarta os pacotes, o host está fora, ou a porta não fala o que se esperava.",
    do: "Verifique host, porta e firewall. Se o endereço começa com rediss://, veja se essa porta fala TLS; sem TLS é redis://.",
  },
  "closed-at-once": {
    title: "{label} fecha cada conexão na hora",
    why: "O servidor encerra antes de responder: em geral ele só fala TLS, ou não é um Redis.",
    do: "Se o servidor usa TLS, escreva rediss:// em vez de redis:// em REDIS_URL. Senão, confira a porta.",
  },
  "no-tls": {
    title: "{label} não fala TLS",
    why: "O endereço começa com rediss://, e o servidor responde sem TLS.",
    do: "Escreva redis:// em vez de rediss:// em REDIS_URL, ou use a porta TLS do servidor.",
  },
  certificate: {
    title: "O certificado de {label} não é confiável",
    why: "Ele é autoassinado, venceu, ou é de outro nome de host.",
    do: "Dê ao Vigia a autoridade que o assinou em NODE_EXTRA_CA_CERTS, e use o nome de host para o qual o certificado foi feito.",
  },
  "password-missing": {
    title: "{label} pede uma senha",
    why: "O Redis não aceita comando sem ela, e nenhuma está definida.",
    do: "Ponha-a em REDIS_URL, ou defina REDIS_PASSWORD (e REDIS_USERNAME). Em uma URL, caracteres especiais vão codificados: @ é %40.",
  },
  "wrong-password": {
    title: "{label} recusa este usuário ou senha",
    why: "A senha está errada, o usuário não existe ou está desligado, ou o Redis não tem senha.",
    do: "Corrija em REDIS_URL, ou em REDIS_USERNAME e REDIS_PASSWORD. Em uma URL, caracteres especiais vão codificados: @ é %40.",
  },
  protected: {
    title: "{label} só aceita conexões da própria máquina",
    why: "O Redis roda em modo protegido: não tem senha e foi acessado de fora.",
    do: "Defina uma senha no redis.conf (requirepass) e dê-a ao Vigia, ou rode o Vigia nessa máquina.",
  },
  "no-permission": {
    title: "{label} nega {command} a este usuário",
    why: "A lista de acesso (ACL) do usuário do Redis não tem uma permissão necessária para observar.",
    do: "Peça a quem pode alterar usuários que a conceda. Para observar basta ler.",
  },
  "no-database": {
    title: "{label} não tem banco com esse número",
    why: "O Redis tem 16 bancos, de 0 a 15, se não for configurado de outra forma; um cluster só tem o 0.",
    do: "Corrija o número no fim de REDIS_URL (ou REDIS_DB).",
  },
  loading: {
    title: "{label} está carregando os dados",
    why: "O Redis foi iniciado e lê o seu arquivo. Ele responde quando terminar.",
    do: "Espere. Nada precisa ser alterado.",
  },
  "read-only-replica": {
    title: "{label} é uma réplica e não aceita escritas",
    why: "Alterações vão para o primário.",
    do: "Ponha o endereço do primário em REDIS_URL, ou defina VIGIA_READ_ONLY=true para só observar.",
  },
  "replica-cut-off": {
    title: "{label} é uma réplica que perdeu o primário",
    why: "Ela não dá dados até tê-lo de volta (replica-serve-stale-data está em no).",
    do: "Traga o primário de volta, ou ponha o endereço dele em REDIS_URL.",
  },
  "out-of-memory": {
    title: "{label} está sem memória",
    why: "O Redis chegou ao seu limite (maxmemory) e recusa comandos.",
    do: "Aumente maxmemory, ou remova o que não é preciso.",
  },
  "cannot-persist": {
    title: "{label} não consegue gravar no disco e recusa escritas",
    why: "A última gravação falhou, então o Redis não aceita alterações: nada pode ser enfileirado.",
    do: "Veja o log do Redis: o disco pode estar cheio ou a pasta sem permissão de escrita.",
  },
  "too-many-clients": {
    title: "{label} tem clientes demais",
    why: "O Redis chegou ao seu limite (maxclients) e não aceita outra conexão.",
    do: "Feche clientes que não são precisos, ou aumente maxclients. Programas que abrem uma conexão por job e nunca a fecham são uma causa comum.",
  },
  busy: {
    title: "{label} está ocupado com um script",
    why: "Um script de outro cliente demora, e enquanto isso o Redis não responde a mais ninguém.",
    do: "Espere, ou encerre-o se ele só lê.",
  },
  timeout: {
    title: "{label} não responde a tempo",
    why: "A conexão existe e uma resposta levou mais de um segundo: o Redis está ocupado com um comando longo, usa swap, ou a rede está lenta.",
    do: "Veja com que o Redis está ocupado.",
  },
  "wrong-type": {
    title: "Uma chave de {label} guarda outra coisa",
    why: "Uma chave que é do RQ tem outro tipo.",
    do: "Veja se outro programa usa os mesmos nomes, ou se o banco está errado.",
  },
  unreachable: {
    title: "A conexão com {label} se perdeu",
    why: "Ela existia e acabou: o Redis foi parado ou reiniciado, ou a rede caiu.",
    do: "Verifique se o Redis está no ar. O Vigia tenta de novo sozinho.",
  },
  other: {
    title: "{label} dá uma resposta que o Vigia não entende",
    why: "O log do servidor do Vigia tem as palavras dela.",
    do: "Verifique se é um Redis ou Valkey a partir da versão 6.0.",
  },
};

export const troubleWords = words({
  en: {
    of: en,
    anyCommand: "a command",
    remedy: "command",
    retries: "Vigia tries again by itself.",
  },
  "pt-BR": { of: pt, anyCommand: "um comando", remedy: "comando", retries: "O Vigia tenta de novo sozinho." },
});

/** The kind whose words tell it: what travels is a text, and may come from a newer server. */
export function troubleKind(trouble: string | null): TroubleKind {
  return trouble !== null && trouble in en ? (trouble as TroubleKind) : "other";
}

/**
 * A line for the terminal that mends it or shows what is wrong; capitals stand for what only the reader knows. null
 * where there is nothing to type.
 * @param label address without credentials
 */
export function troubleRemedy(
  kind: TroubleKind,
  label: string,
  denied: string | null,
  user: string | null = null,
): string | null {
  const url = /^(rediss?):\/\/([^/]+)\/(\d+)$/.exec(label);
  const [, scheme = "redis", place = "HOST:6379", db = "0"] = url ?? [];
  const set = (value: string) => `REDIS_URL=${value} npm start`;
  switch (kind) {
    case "refused":
    case "unknown-host":
    case "no-route":
    case "no-connection":
      return set(`${scheme}://HOST:6379/${db}`);
    case "closed-at-once":
      return set(`rediss://${place}/${db}`);
    case "no-tls":
      return set(`redis://${place}/${db}`);
    case "certificate":
      return `NODE_EXTRA_CA_CERTS=/path/to/ca.pem ${set(`rediss://${place}/${db}`)}`;
    case "password-missing":
    case "wrong-password":
      return set(`${scheme}://USER:PASSWORD@${place}/${db}`);
    case "no-database":
      return set(`${scheme}://${place}/0`);
    case "no-permission":
      return `ACL SETUSER ${user ?? "USER"} +${denied ?? "@read"}`;
    case "timeout":
      return `redis-cli -u ${label} SLOWLOG GET 10`;
    case "too-many-clients":
      return `redis-cli -u ${label} CLIENT LIST`;
    default:
      return null;
  }
}
