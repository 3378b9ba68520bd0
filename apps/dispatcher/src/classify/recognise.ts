import type { IntentFinding, TaskType } from '@switchyard/contracts';
import { detectTask, isValidOn, meaningsOf, splitParts, type IntentModel, type Meaning } from '@switchyard/intent';
import { contradictsQuestions } from '@switchyard/knowledge';
import type { CuratedAnswer, IntentDefinition, Site } from '@switchyard/site';
import { severalAsked } from './several-intents.js';

export interface Recognition {
  readonly finding: IntentFinding;
  readonly task: TaskType;
  /** The intent that won, where one did. */
  readonly intent: IntentDefinition | undefined;
  /** The curated answer that won, or that came next behind the intent. */
  readonly curated: { readonly answer: CuratedAnswer; readonly confidence: number } | undefined;
}

/** What a message is about, and all that it asks for where that is more than one thing. */
export interface MessageRecognition extends Recognition {
  /** Labels of intents and curated answers in the order of the message, each once; the one of `finding` where it is one. */
  readonly intents: readonly string[];
  /** What is asked for, of each label in `intents`; empty where it is one thing. */
  readonly asked: readonly Recognition[];
}

/** A curated answer that is less likely than this is given by no rule worth having, and is not compared with the message. */
const LEAST_CLOSE = 0.2;

/** The label of what no intent and no answer fits. */
export const OUT_OF_SCOPE = 'oos';

/** Nothing of the site fits: what kind of thing is wanted, the message's own words may still tell. */
function unrecognised(text: string, finding: IntentFinding): Recognition {
  return { finding, task: detectTask(text), intent: undefined, curated: undefined };
}

function recognised(meaning: Meaning, confidence: number, source: IntentFinding['source'], runnerUp: Recognition['curated']): Recognition {
  if (meaning.answer) return { finding: { label: meaning.answer.id, confidence, source }, task: 'knowledge', intent: undefined, curated: { answer: meaning.answer, confidence } };
  return { finding: { label: meaning.intent.label, confidence, source }, task: meaning.intent.task, intent: meaning.intent, curated: runnerUp };
}

/**
 * Recognises what a message is about. `today` is an ISO date: a curated answer outside its days is as if it were not
 * there.
 */
export class Recogniser {
  private readonly meanings: ReadonlyMap<string, Meaning>;
  /** What the labels of the model stand for, in its order. */
  private readonly meaningAt: readonly (Meaning | undefined)[];

  constructor(
    site: Pick<Site, 'intents' | 'answers'>,
    private readonly model: Pick<IntentModel, 'labels' | 'classify'>,
  ) {
    this.meanings = meaningsOf(site);
    this.meaningAt = model.labels.map((label) => this.meanings.get(label));
  }

  /**
   * The message as a whole, as ever; where it asks for several things and the whole is none of them, the first of them.
   * A message without a border between clauses, or that stands in the site word for word, is classified once.
   * @param vector of the text, where the model takes vectors and there is one in time; parts are told by their words
   */
  recognise(text: string, today: string, vector?: Float32Array): MessageRecognition {
    const whole = this.recognisePart(text, today, vector);
    const parts = whole.finding.source === 'exact' ? [] : splitParts(text);
    const asked = parts.length < 2 ? [] : severalAsked(whole, parts, (part) => this.recognisePart(part, today));
    const [first] = asked;
    if (!first) return { ...whole, intents: [whole.finding.label], asked };
    const intents = asked.map(({ finding }) => finding.label);
    return { ...(intents.includes(whole.finding.label) ? whole : first), intents, asked };
  }

  private recognisePart(text: string, today: string, vector?: Float32Array): Recognition {
    const { label, source, outOfScope, confidences } = this.model.classify(text, vector);
    const exact = source === 'exact' ? validOn(this.meanings.get(label), today) : undefined;
    if (exact) return recognised(exact, 1, 'exact', undefined);
    const close = this.likeliest(confidences, today, isAnswer);
    // Near is not the same: "how do I switch it off" is close to the answer that tells how to switch it on.
    const barred = close?.meaning.answer && close.confidence >= LEAST_CLOSE && contradictsQuestions(text, questionsOf(close.meaning.answer)) !== undefined ? close.meaning : undefined;
    const best = this.likeliest(confidences, today, (meaning) => meaning !== barred);
    if (!best) return unrecognised(text, { label: OUT_OF_SCOPE, confidence: 0, source: 'none' });
    // Out of scope means that no answer fits either, however it ranks among those that do not.
    if (outOfScope) return unrecognised(text, { label: OUT_OF_SCOPE, confidence: best.confidence, source: 'model' });
    const answer = barred ? this.likeliest(confidences, today, (meaning) => meaning !== barred && isAnswer(meaning)) : close;
    const runnerUp = answer?.meaning.answer ? { answer: answer.meaning.answer, confidence: answer.confidence } : undefined;
    return recognised(best.meaning, best.confidence, 'model', runnerUp);
  }

  /** The likeliest of what is wanted; of equals the first in the model's order. */
  private likeliest(confidences: Float64Array, today: string, isWanted: (meaning: Meaning) => boolean): { readonly meaning: Meaning; readonly confidence: number } | undefined {
    let best: Meaning | undefined;
    let highest = Number.NEGATIVE_INFINITY;
    for (const [at, all] of this.meaningAt.entries()) {
      const confidence = confidences[at] ?? 0;
      if (confidence <= highest || !all || !isWanted(all)) continue;
      const meaning = validOn(all, today);
      if (meaning) [best, highest] = [meaning, confidence];
    }
    return best && { meaning: best, confidence: highest };
  }
}

const isAnswer = (meaning: Meaning): boolean => meaning.answer !== undefined;
const questionsOf = ({ questions }: CuratedAnswer): readonly string[] => [...questions.zh, ...questions.en];

const validOn = (meaning: Meaning | undefined, today: string): Meaning | undefined => (meaning?.answer && !isValidOn(meaning.answer, today) ? undefined : meaning);
