import type { LeakTrail, ShowAsWritten } from '@switchyard/guardrail';
import type { ReplyLanguage } from '@switchyard/contracts';
import { checkGrounding, fallenIn, GroundedSentence, type Source } from '../grounded-answer.js';
import { joinSentences, type JudgeInput } from '../judge-output.js';
import { MIN_CONFIDENCE, saysSomething } from '../model-answer.js';
import { holdValues, type HoldValues } from './hold-values.js';
import { JsonAsWritten } from './json-as-written.js';

export interface SpeakInput extends JudgeInput {
  /** Screens what is shown of this answer; looks for the prompt in it. Asked for with its first words, so that no call of a model waits for them. */
  readonly screened: () => { readonly shown: ShowAsWritten; readonly leaks: LeakTrail };
  /** Given what the customer may read next. */
  readonly say: (text: string) => void;
}

/** One output of the model, on its way to the customer as far as it may be. */
export interface Speech {
  /** What the output goes on with. */
  hear(piece: string): void;
  /** What of the answer was not said, once the whole of it was judged and found fit. */
  rest(): string;
}

/**
 * Tells a model's answer while it is being written, no more of it than is certainly fit: first the model must have said that it
 * needs nothing and is sure, then every piece passes what the whole will pass. Without sources the text flows, but for what
 * may become a listed word, a value that does not stand in the facts, or a part of the prompt. With sources it comes sentence
 * by sentence, each once it has stood its check, and none while more of them fell than stand. An object in another order, or one
 * that cannot be read, is told no word of.
 */
export function speakAsWritten({ sources, question, known, facts, language, screened, say }: SpeakInput): Speech {
  const json = new JsonAsWritten();
  const next = sources.length === 0 ? readFlowing(json, facts) : readSentences(json, { sources, question, known, language });
  let isDecided: boolean | undefined;
  let screens: ReturnType<SpeakInput['screened']> | undefined;

  /** One character more. @returns whether it is decided, one way or the other */
  const decide = (character: string): boolean => {
    json.push(character);
    if (!json.texts.has('answer') && !json.members.has('sentences')) return false;
    // Whoever writes the answer before them may still say that it is none.
    const [needs, confidence] = [json.values.get('needs'), json.values.get('confidence')];
    isDecided = needs === 'nothing' && typeof confidence === 'number' && confidence >= MIN_CONFIDENCE && confidence <= 1;
    return true;
  };

  return {
    hear(piece) {
      let at = 0;
      // A character at a time: what comes in one piece has an order, too.
      if (isDecided === undefined) while (at < piece.length && !decide(piece[at++] ?? ''));
      if (!isDecided) return;
      json.push(piece.slice(at));
      if (json.isBroken) return;
      const { text, to } = next();
      if (text === '') return;
      screens ??= screened();
      const { shown, leaks } = screens;
      shown.add(text);
      leaks.add(text);
      if (!saysSomething(shown.written)) return;
      const free = shown.take(Math.min(to ?? shown.written.length, leaks.openFrom()));
      if (free.text !== '') say(free.text);
    },
    rest: () => screens?.shown.takeRest().text ?? '',
  };
}

/** What is new of the answer, and how much of all of it may be shown; absent: whatever else allows. */
type Next = () => { readonly text: string; readonly to?: number };

function readFlowing(json: JsonAsWritten, facts: string | undefined): Next {
  const hold: HoldValues | undefined = facts === undefined ? undefined : holdValues(facts);
  let heard = 0;
  return () => {
    const answer = json.texts.get('answer') ?? '';
    const text = answer.slice(heard);
    heard = answer.length;
    return { text, ...(hold ? { to: hold(answer) } : {}) };
  };
}

function readSentences(json: JsonAsWritten, { sources, question, known, language }: { readonly sources: readonly Source[]; readonly question: string; readonly known: string; readonly language: ReplyLanguage }): Next {
  let heard = 0;
  let [kept, fallen, written, to] = [0, 0, 0, 0];
  return () => {
    const members = (json.members.get('sentences') ?? []).slice(heard);
    heard += members.length;
    let text = '';
    for (const member of members) {
      const sentence = GroundedSentence.safeParse(member);
      // The whole cannot be read any more.
      if (!sentence.success) {
        json.isBroken = true;
        break;
      }
      const checked = checkGrounding({ sentences: [sentence.data] }, sources, question, known);
      fallen += fallenIn(checked);
      for (const one of checked.sentences) text += joinSentences(kept++ === 0 ? [one] : ['', one], language);
    }
    written += text.length;
    if (fallen <= kept) to = written;
    return { text, to };
  };
}
