/** Chance that a seed decides: the same seed gives the same plan, whatever the machine does meanwhile. mulberry32, public domain. */
export class Chance {
  #state: number;
  readonly seed: string;

  constructor(seed: string | number) {
    this.seed = String(seed);
    let state = 0x811c9dc5;
    for (const letter of this.seed) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193);
    this.#state = state >>> 0;
  }

  /** 0 to 1, without 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 to `count - 1`. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  between(least: number, most: number): number {
    return least + this.next() * (most - least);
  }

  pick<Value extends {}>(values: readonly Value[]): Value {
    const [picked] = values.slice(this.below(values.length));
    if (picked === undefined) throw new RangeError('nothing to pick from');
    return picked;
  }

  /** Chance of its own for a part of the plan, so that another part may draw more or less without changing it. */
  fork(name: string): Chance {
    return new Chance(`${this.seed}.${name}`);
  }
}
