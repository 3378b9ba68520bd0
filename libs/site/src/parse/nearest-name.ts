/** Edits from `a` to `b`: letters added, left out, replaced, or swapped with their neighbour (optimal string alignment). */
function editsBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const edits = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (isSame ? 0 : 1));
      current.push(isSwap ? Math.min(edits, (beforeLast[column - 2] ?? 0) + 1) : edits);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/** Letters only: names that differ by case, `_`, `-` or `.` are taken to be the same word. */
const plain = (name: string): string => name.toLowerCase().replace(/[_.-]/g, '');

/** The known name that was most likely meant: a third of its letters may be wrong; undefined where none is that near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let best: { readonly name: string; readonly edits: number } | undefined;
  // What is much longer than any name is none, and comparing takes the product of the lengths.
  if (name.length > 100) return undefined;
  for (const one of known) {
    const edits = editsBetween(plain(name), plain(one));
    if (edits <= Math.max(1, Math.floor(one.length / 3)) && edits < Math.min(one.length, best?.edits ?? Infinity)) best = { name: one, edits };
  }
  return best?.name;
}

/** ` (did you mean "intent"?)`, or nothing where no known name is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = nearestName(name, known);
  return near === undefined ? '' : ` (did you mean "${near}"?)`;
}
