/**
 * The words of all lists as a trie in typed arrays. States are numbered breadth first, so that the children of a state
 * stand side by side, sorted by code unit: 10 bytes a state, 3 MB for 65,000 words. The text is read from each of its
 * places anew (there is no failure link), which a filter over the first two units of words keeps cheap and which lets
 * the same trie be walked backwards, by sound or past repetitions.
 */
export interface WordTrie {
  /** The state that `state` leads to with `code`, or NO_STATE. The root is state 0. */
  readonly child: (state: number, code: number) => number;
  /** First and last but one of the children of a state, for going through all of them. */
  readonly firstChild: (state: number) => number;
  readonly endOfChildren: (state: number) => number;
  /** The code unit that leads to a state. */
  readonly codeOf: Uint16Array;
  /** The word that ends in a state, or NO_WORD. */
  readonly wordOf: Int32Array;
  /** False: no word begins with these two units. True: one may. */
  readonly mayBegin: (first: number, second: number) => boolean;
  /** Whether a word of one unit begins, and ends, with it. */
  readonly isWord: (code: number) => boolean;
}

export const NO_STATE = -1;
export const NO_WORD = -1;

const UNITS = 0x10000;
const FILTER_BITS = 20;
/** What is done between two yields takes about a millisecond. */
const WORDS_A_STEP = 512;
const STATES_A_STEP = 8_192;

function filterBit(first: number, second: number): number {
  return Math.imul(Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b), 0x2c1b3c6d) >>> (32 - FILTER_BITS);
}

/**
 * Builds the trie in small steps: whoever drives the generator may let others run in between.
 * @param words distinct, non-empty strings; a word's number is its place in the list
 */
export function* trieInSteps(words: readonly string[]): Generator<void, WordTrie> {
  const raw = yield* insertAll(words);
  return yield* numberBreadthFirst(raw);
}

/** The same at once. */
export function buildTrie(words: readonly string[]): WordTrie {
  const steps = trieInSteps(words);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

interface RawTrie {
  readonly used: number;
  readonly parent: Int32Array;
  readonly codeOf: Uint16Array;
  readonly wordOf: Int32Array;
}

/** A trie over a hash table from (state, code) to state, numbered as states were met. */
function* insertAll(words: readonly string[]): Generator<void, RawTrie> {
  let states = 1;
  for (const word of words) states += word.length;
  let slots = 16;
  while (slots < states * 1.5) slots *= 2;
  const mask = slots - 1;
  const slotNext = new Int32Array(slots);
  const parent = new Int32Array(states);
  const codeOf = new Uint16Array(states);
  const wordOf = new Int32Array(states).fill(NO_WORD);
  yield;
  let used = 1;
  for (const [index, word] of words.entries()) {
    let state = 0;
    for (let at = 0; at < word.length; at++) {
      const code = word.charCodeAt(at);
      let slot = (Math.imul(state, 0x9e3779b1) ^ Math.imul(code, 0x85ebca6b)) >>> 0;
      slot = (slot ^ (slot >>> 15)) & mask;
      let next = slotNext[slot] ?? 0;
      while (next !== 0 && (parent[next] !== state || codeOf[next] !== code)) {
        slot = (slot + 1) & mask;
        next = slotNext[slot] ?? 0;
      }
      if (next === 0) {
        next = used;
        slotNext[slot] = used;
        parent[used] = state;
        codeOf[used] = code;
        used++;
      }
      state = next;
    }
    wordOf[state] = index;
    if (index % WORDS_A_STEP === 0) yield;
  }
  return { used, parent, codeOf, wordOf };
}

function* numberBreadthFirst({ used, parent, codeOf, wordOf }: RawTrie): Generator<void, WordTrie> {
  // Children of each state in the old numbering, by a counting sort.
  const begin = new Uint32Array(used + 1);
  for (let state = 1; state < used; state++) {
    const own = (parent[state] ?? 0) + 1;
    begin[own] = (begin[own] ?? 0) + 1;
    if (state % STATES_A_STEP === 0) yield;
  }
  for (let state = 1; state <= used; state++) begin[state] = (begin[state] ?? 0) + (begin[state - 1] ?? 0);
  yield;
  const filled = begin.slice();
  const children = new Uint32Array(used);
  for (let state = 1; state < used; state++) {
    const own = parent[state] ?? 0;
    children[filled[own] ?? 0] = state;
    filled[own] = (filled[own] ?? 0) + 1;
    if (state % STATES_A_STEP === 0) yield;
  }

  const first = new Uint32Array(used + 1);
  const codes = new Uint16Array(used);
  const words = new Int32Array(used).fill(NO_WORD);
  const filter = new Uint32Array(2 ** (FILTER_BITS - 5));
  const fromRoot = new Int32Array(UNITS).fill(NO_STATE);
  const order = new Uint32Array(used);
  let numbered = 1;
  for (let state = 0; state < used; state++) {
    const old = order[state] ?? 0;
    const own = children.subarray(begin[old], begin[old + 1]);
    if (own.length > 1) own.sort((a, b) => (codeOf[a] ?? 0) - (codeOf[b] ?? 0));
    first[state] = numbered;
    const code = codes[state] ?? 0;
    // The children of the root are the first states that are numbered.
    const isFirst = state > 0 && state < (first[1] ?? 0);
    for (const child of own) {
      const childCode = codeOf[child] ?? 0;
      order[numbered] = child;
      codes[numbered] = childCode;
      words[numbered] = wordOf[child] ?? NO_WORD;
      if (state === 0) fromRoot[childCode] = numbered;
      else if (isFirst) {
        const bit = filterBit(code, childCode);
        filter[bit >>> 5] = (filter[bit >>> 5] ?? 0) | (1 << (bit & 31));
      }
      numbered++;
    }
    if (state % STATES_A_STEP === 0) yield;
  }
  first[used] = numbered;

  return {
    child(state, code) {
      if (state === 0) return fromRoot[code] ?? NO_STATE;
      let low = first[state] ?? 0;
      let high = (first[state + 1] ?? 0) - 1;
      while (low <= high) {
        const middle = (low + high) >>> 1;
        const there = codes[middle] ?? 0;
        if (there === code) return middle;
        if (there < code) low = middle + 1;
        else high = middle - 1;
      }
      return NO_STATE;
    },
    firstChild: (state) => first[state] ?? 0,
    endOfChildren: (state) => first[state + 1] ?? 0,
    codeOf: codes,
    wordOf: words,
    mayBegin(one, two) {
      const bit = filterBit(one, two);
      return ((filter[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
    },
    isWord(code) {
      const state = fromRoot[code] ?? NO_STATE;
      return state !== NO_STATE && words[state] !== NO_WORD;
    },
  };
}
