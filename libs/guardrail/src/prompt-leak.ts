import { simplify } from './simplified-characters.js';

/** `code`: a distinctive code of the prompt; `sentence`: one of its sentences as a whole; `run`: a long piece of it. */
export type PromptLeak = 'code' | 'sentence' | 'run';

export interface LeakScreen {
  /**
   * What of the prompt stands in an answer, or undefined. `seen` is what the customer has said or may read anyway (the
   * conversation, passages, results of tools): it is no secret.
   */
  find(answer: string, seen: readonly string[]): PromptLeak | undefined;
}

export interface LeakScreenOptions {
  /** Names of who answers: a sentence with one of them says who the assistant is, and may be said. */
  readonly names: readonly string[];
  /** Texts that anybody may read, such as the site's own answers; asked for only where something was found. */
  readonly publicTexts: () => readonly string[];
}

/**
 * A Chinese character says as much as about two and a half letters: the English and the Chinese text of a file of this
 * kind are that much longer and shorter.
 */
const HAN_WEIGHT = 2.4;
/** Of letters in a row, spaces and signs aside: eight to ten English words, or twenty Chinese characters. An honest "I cannot change or cancel an order myself" shares less with the rule that it keeps to. */
const RUN_WEIGHT = 48;
/** A shorter sentence ("Answer briefly.") is said by chance. */
const SENTENCE_WEIGHT = 20;
const SHORTEST_CODE = 8;

/** Letters and digits only, in one case, width and script: what is left of a text that was spaced, hyphenated or capitalised. */
const compact = (text: string): string => simplify(text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ''));
const lettersOnly = (text: string): string => text.replace(/\p{N}+/gu, '');
const reversed = (text: string): string => Array.from(text).toReversed().join('');
const weightOf = (character: string): number => (/\p{Script=Han}/u.test(character) ? HAN_WEIGHT : 1);

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
  const sentences = secrets.filter((sentence) => Array.from(sentence).reduce((sum, one) => sum + weightOf(one), 0) >= SENTENCE_WEIGHT);
  const whole = secrets.join('');
  const runs = new Set([...runsOf(whole), ...runsOf(lettersOnly(whole))]);

  return {
    find(answer, seen) {
      const plain = compact(answer);
      const forms = [...new Set([plain, reversed(plain), lettersOnly(plain), reversed(lettersOnly(plain))])];
      let known: string | undefined;
      const isSecret = (piece: string): boolean => !(known ??= [...seen, ...publicTexts()].map(compact).join('\n')).includes(piece);
      for (const code of codes) if (forms.some((form) => form.includes(code)) && isSecret(code)) return 'code';
      for (const sentence of sentences) if (forms.some((form) => form.includes(sentence)) && isSecret(sentence)) return 'sentence';
      for (const form of forms) for (const run of runsOf(form)) if (runs.has(run) && isSecret(run)) return 'run';
      return undefined;
    },
  };
}
