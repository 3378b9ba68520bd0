const LETTER_OF: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' };
const SIGN = /[013457@$!]/;
/** A sign that stands for a letter touches a letter, or another such sign that does. */
const MIXED_WORD = /[A-Za-z013457@$!]{3,64}/g;
/** A word of this length may be written in signs for the most part: no model is called "455h0l3" by chance. */
const LONG = 6;

export interface PlainLeet {
  /** The text with digits and signs as the letters they stand for; same length. */
  readonly text: string;
  /** Whether the stretch holds such a sign and is still mostly letters, or long: "sh1t" is, the model "A55" is not. */
  readonly isDisguise: (start: number, end: number) => boolean;
}

/** Reads "sh1t" as "shit"; undefined where no word of the text mixes letters with such digits or signs. */
export function plainLeet(text: string): PlainLeet | undefined {
  if (!SIGN.test(text)) return undefined;
  let changed = false;
  const plain = text.replace(MIXED_WORD, (word) => {
    if (!/[A-Za-z]/.test(word) || /^[A-Za-z!]+$/.test(word.replace(/!+$/, ''))) {
      if (!/[A-Za-z]![A-Za-z]/.test(word)) return word;
    }
    changed = true;
    return Array.from(word, (character) => LETTER_OF[character] ?? character).join('');
  });
  if (!changed) return undefined;
  return {
    text: plain,
    isDisguise: (start, end) => {
      const original = Array.from(text.slice(start, end));
      const signs = original.filter((character) => LETTER_OF[character] !== undefined).length;
      return signs > 0 && (signs * 2 <= original.length || (original.length >= LONG && original.length - signs >= 2));
    },
  };
}

const LAST_WORD = /[A-Za-z013457@$!]{2,64}$/;

/** The text with the signs of its last word as the letters they may stand for, before it is known whether they do; undefined where it has none. */
export function leetAtEnd(text: string): string | undefined {
  const word = LAST_WORD.exec(text)?.[0] ?? '';
  if (!SIGN.test(word) || !/[A-Za-z]/.test(word)) return undefined;
  return text.slice(0, text.length - word.length) + Array.from(word, (character) => LETTER_OF[character] ?? character).join('');
}
