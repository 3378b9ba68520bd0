const SAMPLES = 1_000;

/** The middle 95 % of what samples give (percentile bootstrap, Efron 1979). */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * How often each row is drawn, in samples with replacement of whole clusters, as many as there are; the same for every
 * call. Rows of one cluster (a subject) are alike, so that to draw them one by one would tell too little of chance.
 * @param clusters the cluster of each row
 */
export function* bootstrap(clusters: readonly unknown[]): Generator<Uint16Array> {
  const number = new Map([...new Set(clusters)].map((cluster, index) => [cluster, index]));
  const own = Uint32Array.from(clusters, (cluster) => number.get(cluster) ?? 0);
  let state = 42;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const times = new Uint16Array(number.size);
    for (let draw = 0; draw < number.size; draw++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      const drawn = (state >>> 0) % number.size;
      times[drawn] = (times[drawn] ?? 0) + 1;
    }
    yield Uint16Array.from(own, (cluster) => times[cluster] ?? 0);
  }
}

export function intervalOf(value: number, drawn: readonly number[]): Interval {
  // A sample may hold no gap to recover: it says nothing.
  const sorted = drawn.filter(Number.isFinite).toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? value;
  return { value, low: at(0.025), high: at(0.975) };
}
