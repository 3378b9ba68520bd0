type Numbers = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;

/** Numbers in one typed array that doubles when it is full. `array` is replaced then: hot loops take it once, and not across a `push`. */
export class GrowingArray<Kind extends Numbers> {
  length = 0;

  constructor(public array: Kind) {}

  /** Appends a number and returns where it stands. */
  push(value: number): number {
    this.reach(this.length + 1);
    this.array[this.length] = value;
    this.length += 1;
    return this.length - 1;
  }

  /** Makes room for `length` numbers; those that are new are 0. */
  reach(length: number): void {
    if (length <= this.array.length) return;
    const Kind = this.array.constructor as new (length: number) => Kind;
    const grown = new Kind(Math.max(64, length, this.array.length * 2));
    grown.set(this.array);
    this.array = grown;
  }

  /** The numbers that are there, without the room behind them. */
  used(): Kind {
    return this.array.subarray(0, this.length) as Kind;
  }
}
