import { words } from "../words";

/** Words of the login page. */
export const loginWords = words({
  en: {
    title: "Sign in to Vigia",
    password: "Password",
    token: "Token",
    passwordHint: "It stands in VIGIA_PASSWORD where Vigia was started.",
    tokenHint: "Vigia printed it, within a link, when it started.",
    enter: "Sign in",
    wrongPassword: "This is not the password.",
    wrongToken: "This is not the token of the running Vigia.",
    wait: (seconds: number) => `Too many wrong tries. Try again in ${seconds} s.`,
    unreachable: "Vigia does not answer. Nothing was sent on; try again.",
  },
  "pt-BR": {
    title: "Entrar no Vigia",
    password: "Senha",
    token: "Token",
    passwordHint: "Está em VIGIA_PASSWORD, onde o Vigia foi iniciado.",
    tokenHint: "O Vigia o mostrou, dentro de um link, ao iniciar.",
    enter: "Entrar",
    wrongPassword: "Esta não é a senha.",
    wrongToken: "Este não é o token do Vigia em execução.",
    wait: (seconds) => `Muitas tentativas erradas. Tente de novo em ${seconds} s.`,
    unreachable: "O Vigia não responde. Nada foi enviado; tente de novo.",
  },
});
