export interface Gap {
  readonly from: number;
  readonly ms: number;
}

/** The longest time within a stretch in which nothing happened, its ends included. */
export function longestGap(moments: readonly number[], from: number, until: number): Gap {
  const inOrder = [from, ...moments.filter((at) => at > from && at < until).toSorted((one, other) => one - other), until];
  let longest: Gap = { from, ms: 0 };
  for (const [index, at] of inOrder.slice(1).entries()) {
    const before = inOrder[index] ?? from;
    if (at - before > longest.ms) longest = { from: before, ms: at - before };
  }
  return longest;
}
