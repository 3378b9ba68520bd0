import type { BoostedTrees, Tree } from '@switchyard/site';
import { seededFractions } from '../random-order.js';
import type { BinnedColumns } from './bin-columns.js';

export interface BoostingOptions {
  readonly trees: number;
  /** Leaves of a tree. */
  readonly leaves: number;
  /** Share of a tree's correction that is taken. */
  readonly rate: number;
  /** A leaf holds as many rows at least. */
  readonly leastRows: number;
  /** Share of the features that a node may choose from, drawn anew for each. */
  readonly features: number;
  readonly seed: number;
}

/** Leaf values have so many steps to 1: that makes a file half as long. */
const VALUE_STEPS = 1e6;
export const roundValue = (value: number): number => Math.round(value * VALUE_STEPS) / VALUE_STEPS;

interface Split {
  readonly feature: number;
  readonly bin: number;
  readonly gain: number;
}

interface Leaf {
  /** Its rows stand from here up to `to` in the order of rows. */
  readonly from: number;
  readonly to: number;
  readonly node: number;
  readonly sum: number;
  readonly split: Split | undefined;
}

/**
 * Gradient boosting of regression trees for squared error (Friedman, "Greedy Function Approximation: A Gradient Boosting
 * Machine", Annals of Statistics 29, 2001) on binned features, leaf by leaf where the error falls most. Same rows and
 * options, same trees.
 * @param targets one a row
 */
export function trainBoostedTrees(columns: BinnedColumns, targets: Float64Array, options: BoostingOptions): BoostedTrees {
  const base = targets.reduce((sum, one) => sum + one, 0) / Math.max(1, targets.length);
  const residuals = targets.map((one) => one - base);
  const next = seededFractions(options.seed);
  const grower = treeGrower(columns, residuals, options, next);
  return { base, trees: Array.from({ length: options.trees }, grower) };
}

/** A function that grows the next tree and takes what it explains off the residuals. */
function treeGrower({ bins, edges }: BinnedColumns, residuals: Float64Array, { leaves: mostLeaves, rate, leastRows, features: share }: BoostingOptions, next: () => number): () => Tree {
  const order = Uint32Array.from(residuals.keys());
  const spare = new Uint32Array(order.length);
  const drawn = Uint32Array.from(bins.keys());
  const sums = new Float64Array(256);
  const counts = new Uint32Array(256);

  const splitOn = (feature: number, from: number, to: number, total: number, best: Split | undefined): Split | undefined => {
    const column = bins[feature] as Uint8Array;
    const last = (edges[feature] as Float64Array).length;
    sums.fill(0, 0, last + 1);
    counts.fill(0, 0, last + 1);
    for (let at = from; at < to; at++) {
      const row = order[at] as number;
      const bin = column[row] as number;
      sums[bin] = (sums[bin] as number) + (residuals[row] as number);
      counts[bin] = (counts[bin] as number) + 1;
    }
    const rows = to - from;
    const before = (total * total) / rows;
    let [left, leftRows, found] = [0, 0, best];
    for (let bin = 0; bin < last; bin++) {
      left += sums[bin] as number;
      leftRows += counts[bin] as number;
      if (leftRows < leastRows || rows - leftRows < leastRows) continue;
      const gain = (left * left) / leftRows + ((total - left) * (total - left)) / (rows - leftRows) - before;
      if (gain > (found?.gain ?? 1e-12)) found = { feature, bin, gain };
    }
    return found;
  };

  const leafOf = (from: number, to: number, node: number): Leaf => {
    let sum = 0;
    for (let at = from; at < to; at++) sum += residuals[order[at] as number] as number;
    let split: Split | undefined;
    if (to - from >= 2 * leastRows) {
      const wanted = Math.max(1, Math.round(drawn.length * share));
      for (let at = 0; at < wanted; at++) {
        const other = at + Math.floor(next() * (drawn.length - at));
        const feature = drawn[other] as number;
        drawn[other] = drawn[at] as number;
        drawn[at] = feature;
        split = splitOn(feature, from, to, sum, split);
      }
    }
    return { from, to, node, sum, split };
  };

  /** Rows that go to the first node before the others, each in the order that they had. */
  const part = ({ from, to }: Leaf, { feature, bin }: Split): number => {
    const column = bins[feature] as Uint8Array;
    let [middle, others] = [from, 0];
    for (let at = from; at < to; at++) {
      const row = order[at] as number;
      if ((column[row] as number) <= bin) order[middle++] = row;
      else spare[others++] = row;
    }
    order.set(spare.subarray(0, others), middle);
    return middle;
  };

  return () => {
    const tree = { feature: [-1], threshold: [0], below: [0], value: [0] };
    const leaves = [leafOf(0, order.length, 0)];
    while (leaves.length < mostLeaves) {
      const at = leaves.reduce((best, leaf, index) => ((leaf.split?.gain ?? 0) > (leaves[best]?.split?.gain ?? 0) ? index : best), 0);
      const leaf = leaves[at];
      if (!leaf?.split) break;
      const middle = part(leaf, leaf.split);
      const below = tree.feature.length;
      tree.feature[leaf.node] = leaf.split.feature;
      tree.threshold[leaf.node] = (edges[leaf.split.feature] as Float64Array)[leaf.split.bin] as number;
      tree.below[leaf.node] = below;
      tree.feature.push(-1, -1);
      tree.threshold.push(0, 0);
      tree.below.push(0, 0);
      tree.value.push(0, 0);
      leaves.splice(at, 1, leafOf(leaf.from, middle, below), leafOf(middle, leaf.to, below + 1));
    }
    for (const { from, to, node, sum } of leaves) {
      const value = roundValue((rate * sum) / Math.max(1, to - from));
      tree.value[node] = value;
      for (let at = from; at < to; at++) residuals[order[at] as number] = (residuals[order[at] as number] as number) - value;
    }
    return tree;
  };
}

function leafValue({ feature, threshold, below, value }: Tree, row: Float64Array): number {
  let node = 0;
  for (let asked = feature[0] as number; asked >= 0; asked = feature[node] as number) node = (below[node] as number) + ((row[asked] as number) <= (threshold[node] as number) ? 0 : 1);
  return value[node] as number;
}

/** The sum of the trees for a row of features. */
export const sumTrees = ({ base, trees }: BoostedTrees, row: Float64Array): number => trees.reduce((sum, tree) => sum + leafValue(tree, row), base);
