import type { Finding } from './personal-data.js';
import { SURNAMES } from './surnames.js';

const COMPOUND = '欧阳|上官|司马|诸葛|司徒|东方|皇甫|尉迟|公孙|令狐|慕容|端木|独孤';
const SURNAME = `(?:${COMPOUND}|[${SURNAMES}])`;
/** Characters that go on with the sentence rather than stand in a given name. */
const NOT_IN_NAME = '的了吗呢吧啊在是有和与跟不没要想会能就都也还说问来去到从把被给让请帮我你他她它们这那哪什么怎为电话手机地址号邮箱收货件人退换买';
const GIVEN = `[\\u4e00-\\u9fff](?<![${NOT_IN_NAME}])`;

const INTRODUCTION = '(?:我叫|我的名字(?:是|叫)?|名字(?:是|叫)|姓名|收件人|收货人|联系人|寄件人|持卡人|户主|乘客|入住人|签收人)(?:\\s?(?:是|为|叫|[:：]))?\\s?';
const INTRODUCED_ZH = new RegExp(`${INTRODUCTION}(${SURNAME}${GIVEN}(?:${GIVEN})?)(?![市省区县路])`, 'g');
/** Where a sign ends the name, any character may stand in it: 王和平, 陶能. */
const BOUNDED_ZH = new RegExp(`${INTRODUCTION}((?!方式|任何|马上|高级|安全|金额)${SURNAME}[\\u4e00-\\u9fff]{1,2})(?=[\\s,，.。;；!！、:：]|$)`, 'g');
/** "我是" says anything; only a name and nothing else behind it is one. */
const SELF_ZH = new RegExp(`(?:我是)(${SURNAME}${GIVEN}(?:${GIVEN})?)(?=[,.!;，。！；、\\s]|$)`, 'g');
const TITLED_ZH = new RegExp(`(?<![\\u4e00-\\u9fff])(?:请|麻烦|帮我|帮忙)?(?:我是|找|叫|给|致|联系|转告|通知)?(${SURNAME}(?:${GIVEN}){0,2})(?=先生|女士|小姐|太太|老师|经理|医生)`, 'g');

const WORD = "(?!I['’]m\\b)\\p{Lu}[\\p{L}'’]{1,20}(?:-\\p{Lu}?[\\p{L}]{1,20})?";
const PARTICLE = 'van|von|de|der|den|da|di|del|la|bin|al';
const NAME_EN = `(${WORD}(?: (?:${WORD}|\\p{Lu}\\.?|${PARTICLE}))?(?: ${WORD}){0,2})`;
const INTRODUCED_EN = new RegExp(`(?:\\b(?:[Mm]y (?:full |first |last |maiden )?name(?:'s| is)|(?:[Hh]is|[Hh]er|[Tt]heir) (?:maiden )?name is|[Ff]ull [Nn]ame|[Nn]ame|[Rr]ecipient|[Cc]ardholder|[Cc]ontact person|[Pp]assenger) ?[:=]? ?)${NAME_EN}`, 'gu');
const TITLED_EN = new RegExp(`(?<!\\p{L})(?:Mr|Mrs|Ms|Mx|Dr|Prof|Miss|Madam|Sir)(?:\\. ?| )${NAME_EN}`, 'gu');
const SIGNED_EN = new RegExp(`(?:\\b(?:[Ii] am|[Ii]'m|[Tt]his is|[Rr]egards,|[Ss]incerely,|[Tt]hanks,)\\s)(${WORD} (?:\\p{Lu}\\. |(?:(?:${PARTICLE}) ){1,2}|${WORD} )?${WORD})(?![\\p{L}'’-])(?! \\p{Lu})`, 'gu');
/** Capitalised words that follow "name:" or "this is" and are no names. */
const NOT_A_NAME = /^(?:The|This|That|My|Your|Our|It|Is|Not|Please|And|Or|Address|Phone|Order|Date|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b/;

function collect(text: string, pattern: RegExp, confidence: number, found: Finding[]): void {
  for (const { 0: whole, 1: name = '', index } of text.matchAll(pattern)) {
    if (NOT_A_NAME.test(name)) continue;
    const start = index + whole.lastIndexOf(name);
    found.push({ kind: 'person_name', start, end: start + name.length, confidence });
  }
}

/** Names that the text introduces: "收货人：李雷", "王先生", "my name is …", "Dr. …". A name alone has no form to find it by. */
export function findNames(text: string): Finding[] {
  const found: Finding[] = [];
  if (/[\u4e00-\u9fff]/.test(text)) {
    if (/[叫名件货系卡主客住收]/.test(text)) {
      collect(text, INTRODUCED_ZH, 0.8, found);
      // Surer than the other, which stops ahead of such a character.
      collect(text, BOUNDED_ZH, 0.81, found);
    }
    if (text.includes('我是')) collect(text, SELF_ZH, 0.6, found);
    if (/先生|女士|小姐|太太|老师|经理|医生/.test(text)) collect(text, TITLED_ZH, 0.6, found);
  }
  if (/[Nn]ame|ecipient|ardholder|ontact|assenger/.test(text)) collect(text, INTRODUCED_EN, 0.75, found);
  if (/Mr|Ms|Mx|Dr|Prof|Miss|Madam|Sir/.test(text)) collect(text, TITLED_EN, 0.75, found);
  if (/ am |'m |his is |regards,|incerely,|hanks,/i.test(text)) collect(text, SIGNED_EN, 0.6, found);
  return found;
}
