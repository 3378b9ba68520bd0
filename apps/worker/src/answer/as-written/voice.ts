import type { LeakScreen } from '@switchyard/guardrail';
import type { JudgeInput } from '../judge-output.js';
import type { AnswerScreen } from '../screen-answer.js';
import { speakAsWritten, type Speech } from './speak-as-written.js';

/** What the customer has read of a message's answer before it is whole. */
export interface Voice {
  readonly hasSpoken: boolean;
  /** For one output of the model. @param seen what the customer has said or may read: it is no secret */
  begin(input: JudgeInput, seen: readonly string[]): Speech;
  /** Says what is left of an answer that was found fit. @param screened all of it, masked @returns all that was said */
  finish(screened: string): string;
}

export interface VoiceOptions {
  readonly screen: AnswerScreen;
  readonly leaks: LeakScreen;
  /** A piece of the answer for the customer. */
  readonly say: (text: string) => void;
}

export function createVoice({ screen, leaks, say }: VoiceOptions): Voice {
  let said = '';
  let speech: Speech | undefined;
  const speak = (text: string): void => {
    if (text === '') return;
    said += text;
    say(text);
  };
  return {
    get hasSpoken() {
      return said !== '';
    },
    begin(input, seen) {
      speech = speakAsWritten({ ...input, screened: () => ({ shown: screen.asWritten(), leaks: leaks.follow(seen) }), say: speak });
      return speech;
    },
    finish(screened) {
      // Else a word was hidden, and known only when its beginning had been said: it is masked from there on.
      speak(screened.startsWith(said) ? screened.slice(said.length) : (speech?.rest() ?? ''));
      return said;
    },
  };
}
