export interface Contender {
  readonly name: string;
  /** Reads one text, finding all words. */
  readonly read: (text: string) => unknown;
}

export interface Speed {
  readonly name: string;
  /** Medians over the rounds, millions of characters a second. */
  readonly millionsPerSecond: number;
}

/** Rounds in which the contenders take turns, so that a busy machine slows all of them. */
const ROUNDS = 7;

/** How fast each contender reads the texts, on one core. */
export function measureSpeed(texts: readonly string[], contenders: readonly Contender[], now: () => number = () => performance.now()): Speed[] {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const rates = contenders.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, { read }] of contenders.entries()) {
      const began = now();
      for (const text of texts) read(text);
      // The first round is for the compiler.
      if (round > 0) rates[index]?.push(characters / 1_000 / (now() - began));
    }
  }
  return contenders.map(({ name }, index) => ({ name, millionsPerSecond: (rates[index] ?? []).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0 }));
}
