import type { FlowState, Slots } from '@switchyard/contracts';
import type { Site } from '@switchyard/site';
import { expectedSlot, readReply } from './read-reply.js';
import { beginsWithYes, readYesNo } from './read-yes-no.js';
import { slotsOfFlow } from './slots-of-flow.js';
import { isQuestion, plainText, splitClauses } from './split-message.js';
import { programOf } from './tool-confirmation.js';

// "I don't know my order number" is a reply, though not a usable one: the flow says where to find it.
const DOES_NOT_KNOW = /不知道|不记得|忘了|忘记了|不清楚|找不到|没有订单号|\b(?:don't know|dont know|do not know|don't have|do not have|forgot|can't find|cannot find|not sure|no idea)\b/u;

// "Can I keep it?", "可以不退吗", "可以吧？": questions about the yes itself, not about something else.
const ASKS_BACK = /^(?:那)?我?(?:可以|能|能不能|可不可以|是不是)?(?:先|就)?(?:可以)?[不别].{0,6}[吗么]?$|^(?:can|could|may|should) i (?:not|keep|still keep|wait|stop|change my mind)\b/u;
const QUESTION_END = /(?:吗|么|吧|嘛)$/u;

function asksBack(text: string): boolean {
  const [clause, ...others] = splitClauses(text);
  if (clause === undefined || others.length > 0) return false;
  return ASKS_BACK.test(clause) || readYesNo(clause.replace(QUESTION_END, '')) !== 'unclear';
}

/** Han characters count one by one, all other words as words. */
function isShort(text: string, limit: { readonly words: number; readonly han: number }): boolean {
  const plain = splitClauses(text).join(' ');
  const han = plain.match(/\p{Script=Han}/gu)?.length ?? 0;
  const words = plain.replaceAll(/\p{Script=Han}+/gu, ' ').split(' ').filter((word) => word !== '').length;
  return plain !== '' && han <= limit.han && words <= limit.words;
}

type Intents = Site['intents'];

/** By the intents of a site: the flows that answer what is asked in these words, undefined for an intent without one. */
const flowsByWords = new WeakMap<Intents, ReadonlyMap<string, ReadonlySet<string | undefined>>>();

function flowsAskedBy(intents: Intents, words: string): ReadonlySet<string | undefined> | undefined {
  let flows = flowsByWords.get(intents);
  if (!flows) {
    // Once a site: thousands of examples would be taken apart for every message of an open flow.
    const found = new Map<string, Set<string | undefined>>();
    for (const { flow, utterances } of intents) {
      for (const utterance of [...utterances.zh, ...utterances.en]) {
        const key = splitClauses(utterance).join(' ');
        found.set(key, (found.get(key) ?? new Set()).add(flow));
      }
    }
    flowsByWords.set(intents, (flows = found));
  }
  return flows.get(words);
}

/** Whether the message stands word for word among the examples of an intent that this flow does not answer. */
function isAskedElsewhere({ intents }: Pick<Site, 'intents'>, flow: string, text: string): boolean {
  const flows = flowsAskedBy(intents, splitClauses(text).join(' '));
  return flows !== undefined && [...flows].some((one) => one !== flow);
}

/**
 * Whether a message answers what the open flow asked: a value, yes or no, a correction, a word that leaves, or an
 * attempt at one of them. A message that does not may go another way, and the flow stays open.
 * `slots` are those found in the message, with the definitions of `slotsOfFlow(site, state.flow)`.
 */
export function messageFits(site: Pick<Site, 'flows' | 'intents' | 'tools'>, state: FlowState, text: string, slots: Slots): boolean {
  const program = programOf(site, state.flow);
  if (!program) return false;
  const definitions = slotsOfFlow(site, state.flow);
  const reply = readReply(program, state, { text, slots, definitions, language: 'en', lastSaid: undefined });

  const slot = expectedSlot(state);
  const kind = slot === undefined ? undefined : definitions[slot]?.kind;
  if (kind === 'text') return reply.kind === 'leave' || (reply.kind === 'filled' && !isQuestion(text) && !isAskedElsewhere(site, state.flow, text));
  if (reply.kind !== 'unusable') return true;
  if (state.expects === 'confirm' && asksBack(text)) return true;
  if (isQuestion(text) || isAskedElsewhere(site, state.flow, text)) return false;
  if (DOES_NOT_KNOW.test(plainText(text))) return true;
  // A few words that are nothing else are a reply that was not understood: the flow asks again.
  if (isShort(text, state.expects === 'confirm' ? { words: 8, han: 16 } : { words: 3, han: 8 })) return true;
  // Somebody who says more than yes or no to a confirmation is answered by it, or the confirmation would be left hanging.
  if (state.expects === 'confirm' && (beginsWithYes(text) || readYesNo(text) === 'no')) return true;
  // Digits where a number was asked are an attempt, if a wrong one.
  return kind !== undefined && kind !== 'choice' && /\d/.test(plainText(text)) && splitClauses(text).join('').length <= 60;
}
