import type { AskParts } from './canonical-english.js';
import { CHINESE_ASKS, CHINESE_ENDINGS, CHINESE_FILLERS, CHINESE_LEANS, CHINESE_OPENINGS, CHINESE_PHRASES, CHINESE_VERBS, CHINESE_YES_NO } from './data/chinese.js';
import { CLOSE, OPEN } from './values-in.js';

const HAN = String.raw`\p{Script=Han}`;
const phrases = CHINESE_PHRASES.map(([first = '', ...others]) => ({ first, pattern: new RegExp([...others].toSorted((left, right) => right.length - left.length).join('|'), 'gu') }));

/** 我要退货、帮我退货: a wish. 要 before an amount or after a noun asks for what is needed, and stays. */
const WISH = /^(?:我|咱们?|俺|我们)?(?:想要|想|打算|准备|希望|要)(?!不要|多|几)|^(?:请)?(?:帮我|给我|帮忙|替我)/u;
const CAN = /可以|能够|能|可(?=[用退换刷寄领])/gu;
/** Who does what to whom: then the place of every word counts, and no "we" or "you" is idle. */
const ROLES = /[给向对把被让由从到往比和跟与]|联系|赔|打|送|寄|付/u;
/** Its place in the canonical form, where the pattern leaves one. */
const slot = (asked: string): string => `\uE003${asked}\uE004`;

function undressed(text: string): string {
  let plain = text;
  for (let before = ''; before !== plain; ) {
    before = plain;
    plain = plain.replace(CHINESE_OPENINGS, '').replace(CHINESE_ENDINGS, '').replace(/^[\s,，.。!！?？~、:：;；]+|[\s,，.。!！?？~、:：;；]+$/gu, '');
  }
  return plain;
}

const verbFirst = new RegExp(String.raw`^(?:${CHINESE_VERBS})`, 'u');
const verbLast = new RegExp(String.raw`^(.{2,})(${CHINESE_VERBS})$`, 'u');

/** 「订单怎么取消」 is 「怎么取消订单」, where there is but one verb and no roles to mix up. */
function inUsualOrder(content: string, asks: readonly string[]): string {
  if (asks.length !== 1 || asks[0] !== 'how' || ROLES.test(content) || verbFirst.test(content)) return content;
  return content.replace(verbLast, '$2$1');
}

const TOKENS = new RegExp(String.raw`${OPEN}\d+${CLOSE}|\uE003\w+\uE004|${HAN}|[\p{L}\p{N}_]+(?:[-./&][\p{L}\p{N}_]+)*`, 'gu');

export function canonicalChinese(marked: string): AskParts {
  // Spaces beside Han characters are as the writer likes; between Latin words they part them.
  const plain = undressed(marked.replace(/(?<=[\p{Script=Han}\uE001]) | (?=[\p{Script=Han}\uE000])/gu, ''));
  const leans = CHINESE_LEANS.test(plain);
  let text = plain.replace(CHINESE_FILLERS, (filler) => (filler === '的' ? filler : '')).replace(/我们?的/gu, '').replaceAll('的', '');
  const asks: string[] = [];
  const modes: string[] = [];
  for (const [pattern, asked, where] of CHINESE_ASKS) {
    text = text.replace(pattern, () => {
      asks.push(asked);
      return where === 'anywhere' ? '' : slot(asked);
    });
  }
  for (const [pattern, instead] of CHINESE_YES_NO) {
    const before = text;
    text = text.replace(pattern, instead);
    if (before !== text) asks.push('yes_no');
  }
  const withoutParticle = text.replace(/(?:可以|行|好|能行|对)?[吗么嘛][\s?？!！。]*$/u, (ending) => (/^(?:可以|能行)/u.test(ending) ? '能' : ''));
  if (withoutParticle !== text && asks.length === 0) asks.push('yes_no');
  text = withoutParticle;
  for (const { first, pattern } of phrases) text = text.replace(pattern, first);
  if (asks.length === 0 && WISH.test(text)) asks.push('wish');
  if (asks[0] === 'wish') text = text.replace(WISH, '');
  // 不能 stays as it is: what cannot be done is another matter.
  text = text.replace(/不能/gu, '\uE005').replace(CAN, () => {
    if (!modes.includes('can')) modes.push('can');
    return '';
  }).replaceAll('\uE005', '不能');
  if (!ROLES.test(text.replace(/^(?:我们|我|你们|您|你)/u, ''))) text = text.replace(/^(?:我们|我|你们|您|你)(?=.)/u, '');
  if (asks[0] === 'how' || asks[0] === 'how_long' || asks[0] === 'when') modes.length = 0;
  // 运费是多少 asks for a sum as 运费多少钱 does, whatever 多少 asks for elsewhere.
  text = text.replace(/是(?=\uE003)/gu, '').replace(/(?<=[费价钱格])\uE003how_many\uE004/gu, () => {
    asks.splice(asks.indexOf('how_many'), 1, 'how_much');
    return slot('how_much');
  });
  const content = inUsualOrder(text, asks);
  const terms = content.match(TOKENS) ?? [];
  const named = terms.map((term) => term.replace(/\uE003(\w+)\uE004/gu, '?$1'));
  const matter = named.filter((term) => !term.startsWith('?') && !/^[是有要会了办弄好行吧]$/u.test(term));
  return { asks: asks.length === 0 ? ['told'] : asks.toSorted(), modes, terms: matter.length > 1 || matter.some((term) => /[\p{L}\p{N}\uE000]{2}/u.test(term)) ? named : [], leans };
}
