/** Numbers of terms, from 0 in the order in which they came, by their ids: a hash table with open addressing, 8 bytes a place. */
export class TermTable {
  /** The id of each number. */
  private ids: Uint32Array = new Uint32Array(64);
  /** A term's number + 1 at a place, 0 where it is free. */
  private places = new Uint32Array(128);
  private count = 0;

  get size(): number {
    return this.count;
  }

  find(id: number): number | undefined {
    const found = this.places[this.placeOf(id)]!;
    return found === 0 ? undefined : found - 1;
  }

  /** The term's number; a new one where it has none. */
  findOrAdd(id: number): number {
    const place = this.placeOf(id);
    const found = this.places[place]!;
    if (found !== 0) return found - 1;
    if (this.count === this.ids.length) {
      const grown = new Uint32Array(this.count * 2);
      grown.set(this.ids);
      this.ids = grown;
    }
    this.ids[this.count] = id;
    this.count += 1;
    this.places[place] = this.count;
    if (this.count * 2 > this.places.length) this.spread(this.places.length * 2);
    return this.count - 1;
  }

  /** The ids in the order of their numbers, to make the same table again by `from`. */
  used(): Uint32Array {
    return this.ids.subarray(0, this.count);
  }

  static from(ids: Uint32Array): TermTable {
    const table = new TermTable();
    table.ids = ids.length === 0 ? new Uint32Array(64) : ids;
    table.count = ids.length;
    let places = 128;
    while (ids.length * 2 > places) places *= 2;
    table.spread(places);
    return table;
  }

  /** Where the id stands, or the free place where it would. */
  private placeOf(id: number): number {
    const { places, ids } = this;
    const mask = places.length - 1;
    // Fibonacci hashing (Knuth, vol. 3, 6.4): ids are hashes already, but nothing says that their last bits are even.
    let place = (Math.imul(id, 0x9e3779b1) >>> 7) & mask;
    for (let found = places[place]!; found !== 0 && ids[found - 1] !== id; found = places[place]!) place = (place + 1) & mask;
    return place;
  }

  private spread(places: number): void {
    this.places = new Uint32Array(places);
    for (let number = 0; number < this.count; number++) this.places[this.placeOf(this.ids[number]!)] = number + 1;
  }
}
