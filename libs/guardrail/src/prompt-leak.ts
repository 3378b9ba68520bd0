import { prepareTrails, type LeakTrail } from './leak-trail.js';
import { compact, lettersOnly, reversed, RUN_WEIGHT, weighed, weightOf } from './leak-weights.js';

/** `code`: a distinctive code of the prompt; `sentence`: one of its sentences as a whole; `run`: a long piece of it. */
export type PromptLeak = 'code' | 'sentence' | 'run';

export interface LeakScreen {
  /**
   * What of the prompt stands in an answer, or undefined. `seen` is what the customer has said or may read anyway (the
   * conversation, passages, results of tools): it is no secret.
   */
  find(answer: string, seen: readonly string[]): PromptLeak | undefined;
  /** The same for an answer that is still being written. */
  follow(seen: readonly string[]): LeakTrail;
}

export interface LeakScreenOptions {
  /** Names of who answers: a sentence with one of them says who the assistant is, and may be said. */
  readonly names: readonly string[];
  /** Texts that anybody may read, such as the site's own answers; asked for only where something was found. */
  readonly publicTexts: () => readonly string[];
}

/** A shorter sentence ("Answer briefly.") is said by chance. */
const SENTENCE_WEIGHT = 20;
const SHORTEST_CODE = 8;

/** Every shortest piece that weighs a run, one for each place where it can begin. */
function* runsOf(text: string): Generator<string> {
  const characters = Array.from(text);
  const weights = characters.map(weightOf);
  let weight = 0;
  let to = 0;
  for (let from = 0; from < characters.length; from++) {
    while (weight < RUN_WEIGHT && to < characters.length) weight += weights[to++] ?? 0;
    if (weight < RUN_WEIGHT) return;
    yield characters.slice(from, to).join('');
    weight -= weights[from] ?? 0;
  }
}

const ADDRESS = /[a-z]+:\/\/\S+|\S+@\S+/giu;
const CODE = /(?:[A-Za-z0-9]+[-_])*[A-Za-z0-9]+/gu;

/** Codes that mean nothing to whoever has not read the prompt: letters and digits together, or capitals with joints. Web and mail addresses are for customers. */
function codesIn(text: string): string[] {
  const isCode = (token: string): boolean => (/\d/u.test(token) && /[a-z]/iu.test(token)) || /^[A-Z0-9]+(?:[-_][A-Z0-9]+)+$/u.test(token);
  return [...text.replace(ADDRESS, ' ').matchAll(CODE)].map(([token]) => token).filter(isCode).map(compact).filter((code) => code.length >= SHORTEST_CODE && /[a-z]/u.test(code));
}

/**
 * Knows a prompt's text again in what a model writes, also where it was spaced out, hyphenated, written in capitals or
 * backwards, or has digits between its letters. Works on what the prompt and the answer share, so it knows no meanings: a
 * paraphrase or a translation passes. Time is in proportion to the answer.
 */
export function createLeakScreen(prompt: string, { names, publicTexts }: LeakScreenOptions): LeakScreen {
  const codes = new Set(codesIn(prompt));
  const own = names.map(compact).filter((name) => name !== '');
  const isOwn = (sentence: string): boolean => own.some((name) => compact(sentence).includes(name));
  const secrets = prompt.split(/(?<=[.!?])\s|[。！？\n]/u).filter((sentence) => !isOwn(sentence)).map(compact).filter((sentence) => sentence !== '');
  const sentences = secrets.filter((sentence) => weighed(sentence) >= SENTENCE_WEIGHT);
  const whole = secrets.join('');
  const runs = new Set([...runsOf(whole), ...runsOf(lettersOnly(whole))]);

  let known: string | undefined;
  /** Whether a piece of the prompt stands neither in what anybody may read nor in what the customer has seen. */
  const secretFrom = (seen: readonly string[]): ((piece: string) => boolean) => {
    let own: string | undefined;
    return (piece) => !(own ??= seen.map(compact).join('\n')).includes(piece) && !(known ??= publicTexts().map(compact).join('\n')).includes(piece);
  };

  const find: LeakScreen['find'] = (answer, seen) => {
    const plain = compact(answer);
    const forms = [...new Set([plain, reversed(plain), lettersOnly(plain), reversed(lettersOnly(plain))])];
    const isSecret = secretFrom(seen);
    for (const code of codes) if (forms.some((form) => form.includes(code)) && isSecret(code)) return 'code';
    for (const sentence of sentences) if (forms.some((form) => form.includes(sentence)) && isSecret(sentence)) return 'sentence';
    for (const form of forms) for (const run of runsOf(form)) if (runs.has(run) && isSecret(run)) return 'run';
    return undefined;
  };

  let trails: ReturnType<typeof prepareTrails> | undefined;
  const follow: LeakScreen['follow'] = (seen) => (trails ??= prepareTrails({ codes: [...codes], sentences, whole }))({ isSecret: secretFrom(seen), isLeak: (text) => find(text, seen) !== undefined });

  return { find, follow };
}
