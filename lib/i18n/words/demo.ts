import { words } from "../words";

/** Words of the note that what the pages show is a demo. */
export const demoWords = words({
  en: {
    label: "Demo",
    labelTitle: "This is a demo: what that means, and how to watch your own Redis",
    title: "This is a demo.",
    short: "What it shows is made up, nothing is yours: try every button.",
    text: "What it shows is made up, on a private Redis that ends with Vigia. Nothing here is yours: try every button.",
    streamsOnly: "It has streams only: the terminal says what RQ jobs would need.",
    own: "To watch your own Redis:",
    ownSteps: "To watch your own Redis, end this with Ctrl-C and start Vigia with its address:",
    command: "command",
    hide: "Hide this note for now",
  },
  "pt-BR": {
    label: "Demo",
    labelTitle: "Isto é uma demonstração: o que isso significa, e como observar o seu Redis",
    title: "Isto é uma demonstração.",
    short: "O que ela mostra é inventado, nada é seu: experimente todos os botões.",
    text: "O que ela mostra é inventado, em um Redis privado que acaba com o Vigia. Nada aqui é seu: experimente todos os botões.",
    streamsOnly: "Ela só tem streams: o terminal diz o que falta para jobs do RQ.",
    own: "Para observar o seu Redis:",
    ownSteps: "Para observar o seu Redis, encerre isto com Ctrl-C e inicie o Vigia com o endereço dele:",
    command: "comando",
    hide: "Esconder este aviso por enquanto",
  },
});
