import type { Recognition } from './recognise.js';

/**
 * What each of several intents must be sure of, where the sample site acts on a single one from 0.5. A part is torn out
 * of its message, and both must be right: confidences are calibrated, two of 0.85 are so at 0.72. Chosen on a fifth of
 * the sample site's own sentences, held out: of 42 joined pairs that are told 30 have both labels right, and half as
 * many single sentences are taken for several as at 0.7 (docs/benchmarks.md).
 */
export const SURE_OF_EACH = 0.85;

const isAsked = ({ finding, task }: Recognition): boolean => task !== 'small_talk' && finding.source !== 'none' && finding.label !== 'oos' && finding.confidence >= SURE_OF_EACH;

/**
 * The parts of a message that ask for something of their own, in order, one of each label; small talk asks for nothing.
 * Fewer than two: the message is one. So it is too where the whole is surely none of them: then a part was
 * misunderstood without the rest. Parts are recognised one by one, and no more of them once two cannot be reached.
 */
export function severalAsked<Part>(whole: Recognition, parts: readonly Part[], recognise: (part: Part) => Recognition): readonly Recognition[] {
  const asked = new Map<string, Recognition>();
  for (const [at, part] of parts.entries()) {
    if (asked.size + parts.length - at < 2) return [];
    const heard = recognise(part);
    if (isAsked(heard) && !asked.has(heard.finding.label)) asked.set(heard.finding.label, heard);
  }
  const isTorn = isAsked(whole) && !asked.has(whole.finding.label);
  return asked.size < 2 || isTorn ? [] : [...asked.values()];
}
