import { completeSentences } from '@switchyard/guardrail';
import { namesValues, valuesStandIn } from '@switchyard/knowledge';

/** Told an answer as far as it is written, each time it has grown: how much of it names only what it may name, in UTF-16 units. */
export type HoldValues = (written: string) => number;

/**
 * What an answer names (numbers, dates, sums, codes) must stand in the facts before it is shown. A sentence flows until the
 * first such value in it; from there on it waits for its end, since only then no value of it goes on.
 */
export function holdValues(facts: string): HoldValues {
  /** Sentences up to here are complete, and all their values stand. */
  let checked = 0;
  let free = 0;
  let hasFallen = false;
  return (written) => {
    if (hasFallen) return free;
    const to = checked + completeSentences(written.slice(checked));
    if (to > checked) {
      hasFallen = valuesStandIn(written.slice(0, to), facts) !== undefined;
      if (hasFallen) return free;
      checked = to;
      free = Math.max(free, to);
    }
    if (!namesValues(written.slice(checked))) free = written.length;
    return free;
  };
}
