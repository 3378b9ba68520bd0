/**
 * An Aho–Corasick automaton in typed arrays: 65,000 words take about 10 MB and half a second, where nested maps take
 * ten times as much. Transitions are an open-addressed hash table from (state, code unit) to state.
 */
export interface WordAutomaton {
  /** The state after reading `code` in `state`. */
  readonly step: (state: number, code: number) => number;
  /** Whether the word that leads to `state` goes on with `code`. */
  readonly goesOn: (state: number, code: number) => boolean;
  /** Calls `found` with every word that ends in `state`. */
  readonly wordsAt: (state: number, found: (word: number) => void) => void;
  /** Length of each word in code units. */
  readonly lengths: Uint32Array;
}

const NONE = -1;

/** @param words distinct, non-empty strings of code units; a word's number is its place in the list */
export function buildAutomaton(words: readonly string[]): WordAutomaton {
  let nodes = 1;
  for (const word of words) nodes += word.length;
  let slots = 16;
  while (slots < nodes * 2) slots *= 2;
  const mask = slots - 1;
  const slotState = new Int32Array(slots).fill(NONE);
  const slotCode = new Uint16Array(slots);
  const slotNext = new Int32Array(slots);
  const parent = new Int32Array(nodes);
  const codeOf = new Uint16Array(nodes);
  const depth = new Uint16Array(nodes);
  const wordOf = new Int32Array(nodes).fill(NONE);
  let used = 1;

  const slotOf = (state: number, code: number): number => {
    let slot = (Math.imul(state, 0x9e3779b1) ^ Math.imul(code, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    while (slotState[slot] !== NONE && (slotState[slot] !== state || slotCode[slot] !== code)) slot = (slot + 1) & mask;
    return slot;
  };
  const childOf = (state: number, code: number): number => {
    const slot = slotOf(state, code);
    return slotState[slot] === NONE ? NONE : (slotNext[slot] ?? NONE);
  };

  for (const [index, word] of words.entries()) {
    let state = 0;
    for (let at = 0; at < word.length; at++) {
      const code = word.charCodeAt(at);
      const slot = slotOf(state, code);
      if (slotState[slot] === NONE) {
        slotState[slot] = state;
        slotCode[slot] = code;
        slotNext[slot] = used;
        parent[used] = state;
        codeOf[used] = code;
        depth[used] = at + 1;
        used++;
      }
      state = slotNext[slot] ?? 0;
    }
    wordOf[state] = index;
  }

  // Failure links need every shallower node's first: counting sort by depth.
  const order = byDepth(depth, used);
  const fail = new Int32Array(used);
  const output = new Int32Array(used).fill(NONE);
  const stepFrom = (from: number, code: number): number => {
    let state = from;
    for (;;) {
      const child = childOf(state, code);
      if (child !== NONE) return child;
      if (state === 0) return 0;
      state = fail[state] ?? 0;
    }
  };
  for (const node of order) {
    if ((depth[node] ?? 0) < 2) continue;
    const link = stepFrom(fail[parent[node] ?? 0] ?? 0, codeOf[node] ?? 0);
    fail[node] = link;
    output[node] = wordOf[link] === NONE ? (output[link] ?? NONE) : link;
  }

  return {
    step: stepFrom,
    goesOn: (state, code) => childOf(state, code) !== NONE,
    wordsAt: (state, found) => {
      for (let node = wordOf[state] === NONE ? (output[state] ?? NONE) : state; node !== NONE; node = output[node] ?? NONE) found(wordOf[node] ?? NONE);
    },
    lengths: Uint32Array.from(words, (word) => word.length),
  };
}

function byDepth(depth: Uint16Array, used: number): Uint32Array {
  const counts: number[] = [];
  for (let node = 0; node < used; node++) counts[depth[node] ?? 0] = (counts[depth[node] ?? 0] ?? 0) + 1;
  const next: number[] = [];
  let sum = 0;
  for (let level = 0; level < counts.length; level++) {
    next[level] = sum;
    sum += counts[level] ?? 0;
  }
  const order = new Uint32Array(used);
  for (let node = 0; node < used; node++) {
    const level = depth[node] ?? 0;
    const place = next[level] ?? 0;
    order[place] = node;
    next[level] = place + 1;
  }
  return order;
}
