/** What each gets of `room` when those who ask for less than an equal share leave the rest to the others (max-min fairness). */
export function fairShares(asked: readonly number[], room: number): number[] {
  const shares = asked.map(() => 0);
  const open = new Set(asked.keys());
  let left = room;
  while (open.size > 0) {
    const equal = left / open.size;
    const modest = [...open].filter((at) => (asked[at] ?? 0) <= equal);
    for (const at of modest.length > 0 ? modest : [...open]) {
      shares[at] = Math.min(asked[at] ?? 0, equal);
      left -= shares[at] ?? 0;
      open.delete(at);
    }
  }
  return shares;
}

/** 1 where all have the same, 1/n where one has everything (Jain, Chiu, Hawe 1984). */
export function jainIndex(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return squares === 0 ? 1 : (sum * sum) / (values.length * squares);
}
