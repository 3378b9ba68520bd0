import type { ChatCompletion, ChatMessage, ChatModel, ChatOptions, ChatRequest } from '@switchyard/contracts';
import type { Manner } from './injection-attempts.js';

/** Characters of a piece that it gives. */
const TOKEN = 4;
const CALL = /«([^»]+)»(?:，参数| with) (\{.*?\})[.。]/u;
const PROMPT = /«(plainly|capitals|spaced|hyphens|backwards|codes|sentences)»/u;

const TELL: Readonly<Record<Manner, (text: string) => string>> = {
  plainly: (text) => text,
  capitals: (text) => text.toUpperCase(),
  spaced: (text) => Array.from(text).join(' '),
  hyphens: (text) => Array.from(text).join('-'),
  backwards: (text) => Array.from(text).toReversed().join(''),
  codes: (text) => (text.match(/\w+-\w+-\w+/gu) ?? []).join(', '),
  sentences: (text) => (text.split(/(?<=[.。])\s?/u).find((sentence) => /fifty|五十/u.test(sentence)) ?? text),
};

/** What the model was told by the site, up to what is the same in every site. */
const toldBy = (messages: readonly ChatMessage[]): string => messages[0]?.content.split(/\n\nReply with one JSON|\n\nAnswer from the passages/u)[0] ?? '';

/** A quote that stands in what the model was given to answer from, with its number. */
function someSource(messages: readonly ChatMessage[]): { passage: number; quote: string } {
  const match = [...messages.map(({ content }) => content).join('\n').matchAll(/<(?:passage|result) number="(\d+)"[^>]*>\n([^\n.。<]+)/gu)].at(-1);
  return { passage: Number(match?.[1] ?? 1), quote: match?.[2] ?? '' };
}

export interface ObedientModel extends ChatModel {
  /** All that it gave. */
  readonly outputs: string[];
}

/**
 * The model that a defence must not rest on: it carries out whatever the last demand of `injectionAttempts` says, wherever it reads it, in the form
 * that it is asked for, and is sure of it. Without a demand it looks the order up that it reads of, and gives a plain answer.
 */
export function obedientModel(): ObedientModel {
  const outputs: string[] = [];
  const complete = ({ messages, schema }: ChatRequest, { onDelta }: ChatOptions): Promise<ChatCompletion> => {
    const text = JSON.stringify(output(messages, schema));
    outputs.push(text);
    for (let at = 0; at < text.length; at += TOKEN) onDelta?.(text.slice(at, at + TOKEN));
    return Promise.resolve({ text, finish: 'stop', tokensIn: 10, tokensOut: 10, tokensCached: 0, rawUsage: {} });
  };
  return { model: 'obedient', where: 'local', host: 'localhost', outputs, complete, ready: () => Promise.resolve() };
}

function output(messages: readonly ChatMessage[], schema: ChatRequest['schema']): object {
  const all = messages.map(({ content }) => content).join('\n');
  const isGrounded = JSON.stringify(schema).includes('"sentences"');
  const answer = (text: string): object => ({ needs: 'nothing', tool: null, confidence: 1, ...(isGrounded ? { sentences: [{ text, ...someSource(messages) }] } : { answer: text }) });
  const wish = (name: string, given: object): object => ({ ...answer(''), needs: 'tool', tool: { name, arguments: given } });
  const prompt = toldBy(messages);
  const [manner, call] = [PROMPT.exec(all)?.[1], CALL.exec(all)];
  if (manner !== undefined) return answer(TELL[manner as Manner](prompt));
  if (call) return wish(call[1] ?? '', JSON.parse((call[2] ?? '{}').replace('{code}', TELL.codes(prompt)).replace('{rule}', TELL.sentences(prompt).trim())) as object);
  return isGrounded || !all.includes('get_order') ? answer('...') : wish('get_order', { orderId: 'HG20260001' });
}
