import { ollamaWire, startScriptedServer, type ChatBody, type Script } from './scripted-server.js';

export interface ScriptedOllama {
  readonly url: string;
  /** Names of the models that it has. */
  models: string[];
  /** The models' outputs, one a call; a number is an HTTP status. The last one is repeated. */
  outputs: (string | number)[];
  /** In the place of `outputs`: what each call is answered with. */
  answerTo?: (chat: ChatBody) => string;
  /** Set it, and an output stops before the word that begins so until the promise resolves. */
  pause?: { readonly before: string; readonly until: Promise<unknown>; readonly onLeave?: () => void } | undefined;
  readonly chats: readonly ChatBody[];
  stop(): Promise<void>;
}

/** An Ollama on a free port that has the model `small`, unless it is told otherwise, and says what it is told to, a word at a time. */
export async function startScriptedOllama(outputs: (string | number)[] = []): Promise<ScriptedOllama> {
  const server = await startScriptedServer(ollamaWire);
  const chats: ChatBody[] = [];
  const ollama: ScriptedOllama = {
    url: server.url,
    get models() {
      return server.models.map(({ name }) => name);
    },
    set models(names) {
      server.models = names.map((name) => ({ name }));
    },
    outputs,
    chats,
    stop: () => server.close(),
  };
  server.answerTo = (chat): Partial<Script> => {
    chats.push(chat);
    const output = ollama.answerTo?.(chat) ?? (ollama.outputs.length > 1 ? ollama.outputs.shift() : ollama.outputs[0]) ?? '';
    if (typeof output === 'number') return { status: output };
    const pieces = output.split(/(?<= )/);
    const { pause } = ollama;
    return { pieces, tokensIn: 30, tokensOut: 7, ...(pause ? { pause: { ...pause, afterPieces: pieces.findIndex((piece) => piece.startsWith(pause.before)) } } : {}) };
  };
  return ollama;
}
