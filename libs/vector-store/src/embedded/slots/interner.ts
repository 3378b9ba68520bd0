/** Numbers for texts that come again and again, and what each of them means, read once, when it is first asked for. */
export class Interner<Meaning extends {}> {
  private readonly numbers = new Map<string, number>();
  private readonly names: string[] = [];
  private readonly meanings: Meaning[] = [];

  constructor(
    private readonly read: (name: string) => Meaning,
    names: readonly string[] = [],
  ) {
    for (const name of names) this.numberOf(name);
  }

  get size(): number {
    return this.names.length;
  }

  find(name: string): number | undefined {
    return this.numbers.get(name);
  }

  numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  at(number: number): Meaning {
    return (this.meanings[number] ??= this.read(this.names[number]!));
  }

  /** In the order of their numbers. */
  all(): string[] {
    return [...this.names];
  }
}
