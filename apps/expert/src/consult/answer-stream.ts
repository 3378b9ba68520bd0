import { mask, screen, type PseudonymMap, type WordMatcher } from '@switchyard/guardrail';
import type { InventedPlaceholders } from '../redact/invented.js';
import { createRestoreStream } from '../redact/restore-stream.js';

export interface StreamedAnswer {
  /** What the customer was sent, and may be sent. */
  readonly text: string;
  /** Set: the answer may not be given. */
  readonly blocked: 'refuse' | 'hand_over' | undefined;
  readonly masked: boolean;
  /** Categories of the site's words that were found. */
  readonly categories: readonly string[];
  /** Placeholders that stand for nothing, by kind; absent where the model made none up. */
  readonly invented?: Readonly<Record<string, number>>;
}

export interface AnswerStream {
  push(piece: string): void;
  /**
   * The model has said something and asks for a tool: what it said goes out, and what it says next stands apart from it.
   * @returns whether it may go on: it may not where the customer was not to read that
   */
  pause(): boolean;
  end(): StreamedAnswer;
}

/** Up to the last sentence that is complete. A full stop counts only before a space: "v1.2" and "19.9" go on. */
const COMPLETE = /^[\s\S]*(?:[。！？；\n]["”’）)]*|[.!?;]["”’)]*\s)/;
/** What was sent before is looked at again with each sentence: a word may stand across the border. */
const OVERLAP = 64;

/**
 * An answer on its way from the model to the customer: personal data is put back, placeholders that the model made up are
 * caught, then each complete sentence is screened with the site's words before it is sent. After a sentence that may not be
 * sent, nothing more is.
 */
export function createAnswerStream(map: PseudonymMap, matcher: WordMatcher, send: (text: string) => void, invented?: InventedPlaceholders): AnswerStream {
  const restored = createRestoreStream(map, invented);
  const categories = new Set<string>();
  let whole = '';
  let sent = '';
  let pending = '';
  let blocked: StreamedAnswer['blocked'];
  let isMasked = false;
  let gap = '';

  const check = (text: string): void => {
    const screening = screen(text, matcher);
    for (const category of screening.categories) categories.add(category);
    if (screening.action === 'refuse' || screening.action === 'hand_over') blocked ??= screening.action;
  };
  const release = (sentences: string): void => {
    check(whole.slice(-OVERLAP) + sentences);
    whole += sentences;
    if (blocked || sentences === '') return;
    const passed = mask(sentences, screen(sentences, matcher).matches.filter((match) => match.action === 'mask'));
    isMasked ||= passed !== sentences;
    sent += passed;
    send(passed);
  };

  return {
    push(piece) {
      const next = restored.push(piece);
      // Not before there is something behind it: an answer that ends here has no empty end.
      pending += gap !== '' && next.trim() !== '' ? `${gap}${next.trimStart()}` : gap === '' ? next : '';
      if (next.trim() !== '') gap = '';
      const complete = COMPLETE.exec(pending)?.[0] ?? '';
      if (complete === '') return;
      // A word that began in these sentences and may go on in the next waits for it: what was sent cannot be masked.
      const closed = complete.slice(0, matcher.openFrom(complete));
      pending = pending.slice(closed.length);
      release(closed);
    },
    pause() {
      release(pending + restored.end());
      pending = '';
      if (whole.trim() !== '') gap = '\n\n';
      return blocked === undefined;
    },
    end() {
      release(pending + restored.end());
      pending = '';
      check(whole);
      return { text: sent, blocked, masked: isMasked, categories: [...categories].toSorted(), ...(invented && Object.keys(invented.counts).length > 0 ? { invented: invented.counts } : {}) };
    },
  };
}
