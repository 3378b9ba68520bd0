import { READINGS } from './data/readings.js';

/** How characters sound: toneless pinyin, as numbers of syllables. */
export interface Readings {
  /** The usual syllable of a code unit, or NO_SYLLABLE. */
  readonly usual: Uint16Array;
  /** Whether a character can sound so. */
  readonly sounds: (code: number, syllable: number) => boolean;
  /** Whether a sound of the character begins with the letter (a code unit). */
  readonly begins: (code: number, letter: number) => boolean;
  /** Calls `found` with every syllable that stands in the units from `at` on, and where it ends. */
  readonly syllablesAt: (codes: Uint16Array, at: number, end: number, found: (syllable: number, end: number) => void) => void;
  /** Whether the units are the beginning of a syllable, or one. */
  readonly isBeginning: (codes: Uint16Array, at: number, end: number) => boolean;
}

export const NO_SYLLABLE = 0xffff;

let prepared: Readings | undefined;

/** The table, read on first use. */
export function readings(): Readings {
  prepared ??= prepare();
  return prepared;
}

function prepare(): Readings {
  const usual = new Uint16Array(0x10000).fill(NO_SYLLABLE);
  const others = new Map<number, number[]>();
  const numberOf = new Map<string, number>();
  const initialOf: number[] = [];
  for (const [syllable, group] of READINGS.split('|').entries()) {
    const [name = '', characters = ''] = group.split(':');
    const [usually = '', sometimes = ''] = characters.split(',');
    numberOf.set(name, syllable);
    // "lü" is typed "lv" or, where marks are dropped, "lu".
    if (/^[ln]v/.test(name)) numberOf.set(name.replace('v', 'u'), numberOf.get(name.replace('v', 'u')) ?? syllable);
    initialOf[syllable] = name.charCodeAt(0);
    for (let at = 0; at < usually.length; at++) usual[usually.charCodeAt(at)] = syllable;
    for (let at = 0; at < sometimes.length; at++) {
      const code = sometimes.charCodeAt(at);
      others.set(code, [...(others.get(code) ?? []), syllable]);
    }
  }
  const lu = numberOf.get('lu');
  const nu = numberOf.get('nu');
  const alias = new Map<number, number>();
  for (const [plain, umlaut] of [[lu, numberOf.get('lv')], [nu, numberOf.get('nv')]]) if (plain !== undefined && umlaut !== undefined) alias.set(plain, umlaut);

  const sounds = (code: number, syllable: number): boolean => {
    const own = usual[code] ?? NO_SYLLABLE;
    if (own === NO_SYLLABLE) return false;
    if (own === syllable || own === alias.get(syllable)) return true;
    return others.get(code)?.includes(syllable) ?? false;
  };
  const letters = new Map<number, Set<number>>();
  for (const [code, syllables] of others) letters.set(code, new Set(syllables.map((one) => initialOf[one] ?? 0)));
  return {
    usual,
    sounds,
    begins: (code, letter) => {
      const own = usual[code] ?? NO_SYLLABLE;
      return own !== NO_SYLLABLE && (initialOf[own] === letter || (letters.get(code)?.has(letter) ?? false));
    },
    ...syllablesIn(numberOf),
  };
}

const LETTERS = 26;
const LATIN_A = 0x61;

/** The names of syllables as a trie: every Latin letter of a text is asked, and most lead to no syllable after two steps. */
function syllablesIn(numberOf: ReadonlyMap<string, number>): Pick<Readings, 'syllablesAt' | 'isBeginning'> {
  const states = 1 + [...numberOf.keys()].reduce((sum, name) => sum + name.length, 0);
  const next = new Uint16Array(states * LETTERS);
  const syllableOf = new Uint16Array(states).fill(NO_SYLLABLE);
  let used = 1;
  for (const [name, syllable] of numberOf) {
    let state = 0;
    for (let at = 0; at < name.length; at++) {
      const edge = state * LETTERS + name.charCodeAt(at) - LATIN_A;
      if (next[edge] === 0) next[edge] = used++;
      state = next[edge] as number;
    }
    syllableOf[state] = syllable;
  }
  /** @returns whether all of the units lead somewhere */
  const walk = (codes: Uint16Array, at: number, end: number, reached: (state: number, end: number) => void): boolean => {
    let state = 0;
    for (let to = at; to < end; to++) {
      const letter = (codes[to] as number) - LATIN_A;
      if (letter < 0 || letter >= LETTERS) return false;
      state = next[state * LETTERS + letter] as number;
      if (state === 0) return false;
      reached(state, to + 1);
    }
    return true;
  };
  return {
    syllablesAt: (codes, at, end, found) => {
      walk(codes, at, end, (state, to) => {
        const syllable = syllableOf[state] as number;
        if (syllable !== NO_SYLLABLE) found(syllable, to);
      });
    },
    isBeginning: (codes, at, end) => walk(codes, at, end, () => undefined),
  };
}
