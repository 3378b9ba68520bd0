import { PersonalDataKind, type ReplyLanguage } from '@switchyard/contracts';
import { kindOfPlaceholder } from '@switchyard/guardrail';
import { gapFor } from './words-for-kinds.js';

export interface InventedPlaceholders {
  /** What stands in an answer in the place of a placeholder that is not in the map. */
  readonly replace: (placeholder: string, written: string) => string;
  /** What remains of the end of an answer that broke off where a placeholder may have begun. */
  readonly finish: (held: string) => string;
  /** How many there were so far, by kind. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Fewer letters may be anything: "a <b". */
const BEGUN = /^[<＜]\s?([A-Z][A-Z_]{2,})\d*\s?$/;

/** Whether a text is the beginning of a placeholder: `<PHO`, `<PHONE_1`. */
function isBegun(held: string): boolean {
  const name = BEGUN.exec(held)?.[1]?.toLowerCase();
  return name !== undefined && PersonalDataKind.options.some((kind) => `${kind}_`.startsWith(name));
}

/**
 * Catches placeholders that a model made up: they stand for nothing, so the customer reads what would stand there. What stood
 * in the prompt already (`quoted`) was written by somebody, and what has the form of a placeholder but names no kind of
 * personal data (`<item_1>`) is none: both stay.
 */
export function catchInvented(quoted: ReadonlySet<string>, language: ReplyLanguage): InventedPlaceholders {
  const counts: Record<string, number> = {};
  return {
    counts,
    replace: (placeholder, written) => {
      const kind = quoted.has(placeholder) ? undefined : kindOfPlaceholder(placeholder);
      if (kind === undefined) return written;
      counts[kind] = (counts[kind] ?? 0) + 1;
      return gapFor(kind, language);
    },
    // Which value was meant is not known: `<PHONE_1` may have become `<PHONE_12>`.
    finish: (held) => (isBegun(held) ? '' : held),
  };
}
