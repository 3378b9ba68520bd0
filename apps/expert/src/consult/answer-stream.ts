import { completeSentences, screen, showAsWritten, type PseudonymMap, type Shown, type WordMatcher } from '@switchyard/guardrail';
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

/**
 * An answer on its way from the model to the customer: personal data is put back, placeholders that the model made up are
 * caught, then each complete sentence is screened with the site's words before it is sent. After a sentence that may not be
 * sent, nothing more is.
 */
export function createAnswerStream(map: PseudonymMap, matcher: WordMatcher, send: (text: string) => void, invented?: InventedPlaceholders): AnswerStream {
  const restored = createRestoreStream(map, invented);
  const answer = showAsWritten(matcher);
  const categories = new Set<string>();
  let sent = '';
  let plain = '';
  let blocked: StreamedAnswer['blocked'];
  let gap = '';

  /** A sentence that holds what may not be said is kept back from its beginning. */
  const release = (take: () => Shown, to: number): void => {
    const { taken } = answer;
    const shown = take();
    for (const category of shown.categories) categories.add(category);
    if (answer.taken < to) blocked ??= shown.blocked;
    if (blocked || shown.text === '') return;
    plain += answer.written.slice(taken, answer.taken);
    sent += shown.text;
    send(shown.text);
  };

  return {
    push(piece) {
      const next = restored.push(piece);
      // Not before there is something behind it: an answer that ends here has no empty end.
      answer.add(gap !== '' && next.trim() !== '' ? `${gap}${next.trimStart()}` : gap === '' ? next : '');
      if (next.trim() !== '') gap = '';
      const to = answer.taken + completeSentences(answer.written.slice(answer.taken));
      if (to > answer.taken) release(() => answer.take(to), to);
    },
    pause() {
      answer.add(restored.end());
      release(() => answer.takeRest(), answer.written.length);
      if (answer.written.trim() !== '') gap = '\n\n';
      return blocked === undefined;
    },
    end() {
      answer.add(restored.end());
      release(() => answer.takeRest(), answer.written.length);
      const whole = screen(answer.written, matcher);
      for (const category of whole.categories) categories.add(category);
      if (whole.action === 'refuse' || whole.action === 'hand_over') blocked ??= whole.action;
      return { text: sent, blocked, masked: sent !== plain, categories: [...categories].toSorted(), ...(invented && Object.keys(invented.counts).length > 0 ? { invented: invented.counts } : {}) };
    },
  };
}
