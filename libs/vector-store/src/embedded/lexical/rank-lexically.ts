/** The accepted slots with the highest scores, at most `depth`. Equal scores keep the order of their slots, so that a query gives the same list every time. */
export function rankLexically(scores: Float64Array, touched: Uint32Array, depth: number, accepts: (slot: number) => boolean): number[] {
  const best: number[] = [];
  const before = (left: number, right: number): boolean => scores[left]! > scores[right]! || (scores[left] === scores[right] && left < right);
  let last = -Infinity;
  for (const slot of touched) {
    if (scores[slot]! < last) continue;
    if (best.length >= depth && !before(slot, best.at(-1)!)) continue;
    if (!accepts(slot)) continue;
    let from = 0;
    for (let to = best.length; from < to; ) {
      const middle = (from + to) >> 1;
      if (before(slot, best[middle]!)) to = middle;
      else from = middle + 1;
    }
    best.splice(from, 0, slot);
    if (best.length > depth) best.pop();
    if (best.length === depth) last = scores[best.at(-1)!]!;
  }
  return best;
}
