/** Features as the numbers of bins, column by column: what trees are grown on. */
export interface BinnedColumns {
  /** Bin of each row, by feature. */
  readonly bins: readonly Uint8Array[];
  /** Upper ends of all bins but the last, ascending, by feature: a value up to `edges[n]` is in bin `n` or before. */
  readonly edges: readonly Float64Array[];
}

const MOST_BINS = 128;
/** Digits of an end: enough to part what is measured, and short in a file. */
const DIGITS = 6;

/** Ends of bins that hold about as many rows each, halfway between values that occur. */
function edgesOf(column: Float64Array): Float64Array {
  const sorted = column.toSorted();
  const edges: number[] = [];
  let last = sorted[0];
  for (let bin = 1; bin < MOST_BINS; bin++) {
    let at = Math.floor((bin * sorted.length) / MOST_BINS);
    const value = sorted[at] as number;
    // An end between two equal values would part nothing.
    if (value === last) continue;
    last = value;
    while (sorted[at] === value) at--;
    const edge = Number((((sorted[at] as number) + value) / 2).toPrecision(DIGITS));
    if (edge > (edges.at(-1) ?? Number.NEGATIVE_INFINITY)) edges.push(edge);
  }
  return Float64Array.from(edges);
}

function binOf(value: number, edges: Float64Array): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (edges[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** @param rows features of each row, all of one length */
export function binColumns(rows: readonly Float64Array[]): BinnedColumns {
  const columns = Array.from(rows[0] ?? [], (_, feature) => Float64Array.from(rows, (row) => row[feature] as number));
  const edges = columns.map(edgesOf);
  return { edges, bins: columns.map((column, feature) => Uint8Array.from(column, (value) => binOf(value, edges[feature] as Float64Array))) };
}
