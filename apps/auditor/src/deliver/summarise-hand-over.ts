import type { HandOver, ReplyLanguage, Slots, Turn } from '@switchyard/contracts';
import type { IntentDefinition } from '@switchyard/site';

export interface HandedOver {
  readonly handOver: HandOver;
  /** The last turns, the message that was handed over among them. */
  readonly turns: readonly Turn[];
  readonly language: ReplyLanguage;
  /** The site's intents, for their descriptions. */
  readonly intents: readonly Pick<IntentDefinition, 'label' | 'description'>[];
}

const WORDS = {
  en: { wants: 'The customer wants', last: 'Last message', before: 'Asked earlier', told: 'Told so far', nothing: 'nothing', about: 'Keywords', by: 'Handed over by', colon: ': ', comma: ', ', list: '; ', open: ' (', close: ')' },
  zh: { wants: '客户诉求', last: '最后一条消息', before: '此前询问', told: '已提供的信息', nothing: '无', about: '关键词', by: '转人工规则', colon: '：', comma: '、', list: '；', open: '（', close: '）' },
} as const satisfies Record<ReplyLanguage, unknown>;

/** Of the last message, in code points: enough to know what it is about. */
const LAST_CHARACTERS = 300;

/**
 * What a person who takes over reads first, a line each, in the customer's language: what is wanted, what was asked before the turns that are kept, the last message,
 * what a flow was told so far, keywords, and why it was handed over. Put together from what is known, by no model; what is
 * not known has no line.
 */
export function summariseHandOver({ handOver, turns, language, intents }: HandedOver): string {
  const words = WORDS[language];
  const line = (name: string, text: string): string => `${name}${words.colon}${text}`;
  const inBrackets = (text: string): string => `${words.open}${text}${words.close}`;
  const named = (label: string): string => {
    const description = intents.find((intent) => intent.label === label)?.description[language];
    return description === undefined ? label : `${description}${inBrackets(label)}`;
  };
  const wants = handOver.intents.map(named);
  const before = (handOver.earlier ?? []).map((ask) => [...ask.intents.map(named), ...ask.keywords].join(words.comma));
  const last = turns.findLast(({ role }) => role === 'customer')?.text;
  const { flow, slots, keywords, rule, reason } = handOver;
  return [
    ...(wants.length === 0 ? [] : [line(words.wants, wants.join(words.list))]),
    ...(before.length === 0 ? [] : [line(words.before, before.join(words.list))]),
    ...(last === undefined ? [] : [line(words.last, shorten(last))]),
    ...(flow === undefined && slots === undefined ? [] : [line(`${words.told}${flow === undefined ? '' : inBrackets(flow)}`, told(slots).join(words.list) || words.nothing)]),
    ...(keywords.length === 0 ? [] : [line(words.about, keywords.join(words.list))]),
    ...(rule === undefined ? [] : [line(words.by, `${rule}${reason === undefined ? '' : inBrackets(reason)}`)]),
  ].join('\n');
}

const told = (slots: Slots = {}): string[] => Object.entries(slots).map(([name, { value }]) => `${name} ${value}`);

function shorten(text: string): string {
  const characters = Array.from(text.replace(/\s+/g, ' ').trim());
  return characters.length <= LAST_CHARACTERS ? characters.join('') : `${characters.slice(0, LAST_CHARACTERS).join('')}…`;
}
