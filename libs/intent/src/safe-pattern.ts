/** A pattern sees no more of a message than this, so that a slow one stays harmless. */
export const PATTERN_SEES = 1_000;

/**
 * Whether a regular expression of a site may run on customers' texts. Refused: a repetition inside a repetition
 * ("(a+)+"), alternatives inside an unbounded repetition ("(a|ab)*"), and back references; these can take time
 * exponential in the text. What is left takes polynomial time at worst, on at most `PATTERN_SEES` characters.
 */
export function isSafePattern(pattern: string): boolean {
  interface Group {
    repeats: boolean;
    alternates: boolean;
  }
  const open: Group[] = [{ repeats: false, alternates: false }];
  let closed: Group | undefined;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    const last = open.at(-1);
    if (!last) return false;
    if (character === '\\') {
      if (/[1-9k]/.test(pattern[at + 1] ?? '')) return false;
      at++;
      closed = undefined;
    } else if (character === '[') {
      while (at < pattern.length && pattern[at] !== ']') at += pattern[at] === '\\' ? 2 : 1;
      closed = undefined;
    } else if (character === '(') {
      open.push({ repeats: false, alternates: false });
      if (pattern[at + 1] === '?') at++;
      closed = undefined;
    } else if (character === ')') {
      closed = open.pop();
      const parent = open.at(-1);
      if (parent && closed) {
        parent.repeats ||= closed.repeats;
        parent.alternates ||= closed.alternates;
      }
    } else if (character === '|') {
      last.alternates = true;
      closed = undefined;
    } else {
      const repetition = /^(?:[*+]|\{\d+(?:,\d*)?\})/.exec(pattern.slice(at, at + 16))?.[0];
      if (repetition === undefined) {
        // `?` once is no repetition; after a group it keeps the group's own.
        if (character !== '?') closed = undefined;
        continue;
      }
      const isUnbounded = /[*+]|,\}/.test(repetition);
      const most = Number(/(\d+)\}$/.exec(repetition)?.[1] ?? 0);
      const isLong = isUnbounded || most > 1;
      if (closed && isLong && (closed.repeats || (isUnbounded && closed.alternates))) return false;
      if (isUnbounded || most > 100) last.repeats = true;
      at += repetition.length - 1;
      closed = undefined;
    }
  }
  return true;
}
