/** Numbers for texts that come again and again, and what each of them means, read once. */
export class Interner<Meaning> {
  private readonly numbers = new Map<string, number>();
  private readonly meanings: Meaning[] = [];

  constructor(
    private readonly read: (name: string) => Meaning,
    names: readonly string[] = [],
  ) {
    for (const name of names) this.numberOf(name);
  }

  get size(): number {
    return this.meanings.length;
  }

  find(name: string): number | undefined {
    return this.numbers.get(name);
  }

  numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.meanings.length);
    return this.meanings.push(this.read(name)) - 1;
  }

  at(number: number): Meaning {
    return this.meanings[number]!;
  }

  /** In the order of their numbers. */
  names(): string[] {
    return [...this.numbers.keys()];
  }
}
