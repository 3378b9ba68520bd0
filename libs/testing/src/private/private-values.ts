import type { PersonalDataKind } from '@switchyard/contracts';
import type { Chance } from '../seeded-chance.js';

/** A value that nobody has, of a form that somebody might. */
export interface PrivateValue {
  readonly kind: PersonalDataKind;
  readonly value: string;
}

type Draw = (chance: Chance) => string;

const digits = (chance: Chance, count: number): string => Array.from({ length: count }, () => chance.below(10)).join('');
const two = (number: number): string => String(number).padStart(2, '0');
const letters = (chance: Chance, count: number, from = 'ABCDEFGHJKLMNPQRSTUVWXYZ'): string => Array.from({ length: count }, () => from[chance.below(from.length)]).join('');

/** The number with the last digit that makes its Luhn sum a multiple of ten. */
function withLuhnDigit(number: string): string {
  const sum = Array.from(number).toReversed().reduce((total, digit, index) => {
    const counted = index % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (counted > 9 ? counted - 9 : counted);
  }, 0);
  return `${number}${(10 - (sum % 10)) % 10}`;
}

/** GB 11643: region, date of birth, three digits and a check character (ISO 7064 mod 11-2). */
function residentId(chance: Chance): string {
  const born = `${1950 + chance.below(55)}${two(1 + chance.below(12))}${two(1 + chance.below(28))}`;
  const body = `${chance.pick(['110105', '310104', '330106', '440305', '510107', '420106'])}${born}${digits(chance, 3)}`;
  const sum = Array.from(body).reduce((total, digit, index) => total + Number(digit) * (2 ** (17 - index) % 11), 0);
  return `${body}${'10X98765432'[sum % 11]}`;
}

/** GB 32100: 17 characters and a check character by weights 3^i mod 31. */
function creditCode(chance: Chance): string {
  const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  const body = `91${chance.pick(['110105', '310104', '330106', '440305'])}${letters(chance, 1, 'MA')}${letters(chance, 8, alphabet)}`;
  const sum = Array.from(body).reduce((total, letter, index) => total + alphabet.indexOf(letter) * (3 ** index % 31), 0);
  return `${body}${alphabet[(31 - (sum % 31)) % 31]}`;
}

/** ISO 13616: two check digits that make the rearranged number one more than a multiple of 97. */
function iban(chance: Chance): string {
  const [country, account] = chance.pick(['DE', 'GB']) === 'DE' ? ['DE', digits(chance, 18)] : ['GB', `WEST${digits(chance, 14)}`];
  const asNumber = Array.from(`${account}${country}00`).map((letter) => Number.parseInt(letter, 36)).join('');
  return `${country}${two(Number(98n - (BigInt(asNumber) % 97n)))}${account}`;
}

const inGroups = (number: string, sizes: readonly number[], by: string): string => {
  let at = 0;
  return sizes.map((size) => number.slice(at, (at += size))).join(by);
};

const SURNAMES = '王李张刘陈杨赵吴周徐孙胡郭何林罗梁谢宋唐韩邓冯曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石韦贾夏付邹熊孟秦邱侯江尹薛闫雷龙黎史陶贺毛段郝顾龚邵覃武钱戴严莫孔向汤';
const GIVEN = '伟芳娜秀敏静丽强磊洋艳勇军杰娟涛超霞刚桂琴玲斌莉婷宇浩博轩睿涵萱梓晨曦瑶璐琪颖翔鹏飞建国志明淑兰雅怡欣然诗彤嘉懿哲瀚和平文为能来';
const FIRST_NAMES = ['Anna', 'Oliver', 'Maria', 'Hannah', 'Lukas', 'Sofia', 'Ethan', 'Amelia', 'Noah', 'Isabel', 'Tobias', 'Freya', 'Marcus', 'Elena', 'Dmitri', 'Priya', 'Rajesh', 'Yuki', 'Chloe', 'Gareth'];
const LAST_NAMES = ['Whitfield', 'Okafor', 'Lindqvist', 'Moreau', 'Kowalski', 'Fernandez', 'Hartmann', 'Castellano', 'Brennan', 'Takahashi', 'Achebe', 'Novak', 'Petrov', 'Sorensen', 'Delacroix', 'Mbeki', 'Patel', 'Kavanagh', 'van Dijk', "O'Sullivan"];

const fullWidth = (number: string): string => number.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
const mobile = (chance: Chance): string => `1${chance.pick(['3', '5', '8', '9'])}${digits(chance, 9)}`;

/** The forms that values are drawn in, by kind; those that people write, not only the plain one. */
const DRAW: Readonly<Record<PersonalDataKind, readonly Draw[]>> = {
  resident_id: [residentId, residentId, (chance) => inGroups(residentId(chance), [6, 8, 4], ' ')],
  phone: [
    mobile,
    mobile,
    (chance) => fullWidth(mobile(chance)),
    (chance) => inGroups(mobile(chance), [3, 4, 4], '-'),
    (chance) => inGroups(mobile(chance), [3, 4, 4], ' '),
    (chance) => `+86 ${mobile(chance)}`,
    (chance) => `${chance.pick(['010', '021', '0571', '0755'])}-${2 + chance.below(7)}${digits(chance, 7)}`,
    (chance) => `+44 7700 ${900_000 + chance.below(99_999)}`,
    (chance) => `(415) 555-${digits(chance, 4)}`,
  ],
  bank_card: [(chance) => withLuhnDigit(`62220${digits(chance, 13)}`), (chance) => inGroups(withLuhnDigit(`62284${digits(chance, 13)}`), [4, 4, 4, 4, 3], ' ')],
  credit_card: [(chance) => withLuhnDigit(`4${digits(chance, 14)}`), (chance) => inGroups(withLuhnDigit(`53${digits(chance, 13)}`), [4, 4, 4, 4], ' '), (chance) => withLuhnDigit(`37${digits(chance, 12)}`)],
  email: [(chance) => `${letters(chance, 6, 'abcdefghjkmnpqrstuvwxyz')}${digits(chance, 3)}@${chance.pick(['example.com', 'example.org', 'mail.example.cn'])}`, (chance) => `${letters(chance, 5, 'abcdefgh')}.${letters(chance, 6, 'klmnopqr')}+shop@example.net`],
  ip_address: [(chance) => `203.0.113.${1 + chance.below(254)}`, (chance) => `2001:db8::${letters(chance, 3, 'abcdef')}${chance.below(10)}:${chance.below(9)}${letters(chance, 2, 'abcdef')}${chance.below(10)}`],
  us_ssn: [(chance) => `${two(1 + chance.below(60))}${1 + chance.below(9)}-${two(1 + chance.below(99))}-${1 + chance.below(9)}${digits(chance, 3)}`],
  iban: [iban, (chance) => (iban(chance).match(/.{1,4}/g) ?? []).join(' ')],
  url: [(chance) => `https://profile.example.com/u/${letters(chance, 8, 'abcdefgh')}${digits(chance, 3)}`, (chance) => `www.${letters(chance, 8, 'klmnopqr')}.example.cn/home`],
  passport: [(chance) => `E${digits(chance, 8)}`, (chance) => `G${digits(chance, 8)}`],
  licence_plate: [(chance) => `${chance.pick(['京', '沪', '粤', '浙', '苏', '川'])}${letters(chance, 1)}·${letters(chance, 1)}${digits(chance, 4)}`, (chance) => `${chance.pick(['京', '沪', '粤', '浙'])}${letters(chance, 1)}${letters(chance, 1)}D${digits(chance, 4)}`.replace(/^(..)(.)D/, '$1D$2')],
  social_credit_code: [creditCode],
  wechat: [(chance) => `wx_${letters(chance, 6, 'abcdefgh')}${digits(chance, 3)}`, (chance) => `${letters(chance, 4, 'klmnop')}${digits(chance, 5)}`],
  qq: [(chance) => `${1 + chance.below(9)}${digits(chance, 8)}`],
  address: [
    (chance) => `${chance.pick(['浙江省杭州市西湖区', '北京市朝阳区', '上海市徐汇区', '广东省深圳市南山区', '四川省成都市武侯区'])}${chance.pick(['文三', '建国', '天钥桥', '科苑', '人民南', '学院'])}路${1 + chance.below(900)}号${1 + chance.below(30)}栋${1 + chance.below(6)}单元${100 + chance.below(2_000)}室`,
    (chance) => `${1 + chance.below(990)} ${chance.pick(['Harbour View', 'Maple', 'Old Mill', 'Kingsway', 'Queens'])} ${chance.pick(['Road', 'Street', 'Avenue', 'Lane'])}, Apt ${1 + chance.below(90)}`,
  ],
  person_name: [
    (chance) => `${SURNAMES[chance.below(SURNAMES.length)]}${GIVEN[chance.below(GIVEN.length)]}${GIVEN[chance.below(GIVEN.length)]}`,
    (chance) => `${SURNAMES[chance.below(SURNAMES.length)]}${GIVEN[chance.below(GIVEN.length)]}${GIVEN[chance.below(GIVEN.length)]}`,
    (chance) => `${SURNAMES[chance.below(SURNAMES.length)]}${GIVEN[chance.below(GIVEN.length)]}`,
    (chance) => `${chance.pick(['欧阳', '司马', '诸葛', '慕容'])}${GIVEN[chance.below(GIVEN.length)]}${GIVEN[chance.below(GIVEN.length)]}`,
    (chance) => `${chance.pick(FIRST_NAMES)} ${chance.pick(LAST_NAMES)}`,
  ],
};

/** A value of the kind; of `fits` where a form must have something (Han characters, or none). */
export function drawValue(chance: Chance, kind: PersonalDataKind, fits: (value: string) => boolean = () => true): PrivateValue {
  for (let tries = 0; tries < 100; tries++) {
    const value = chance.pick(DRAW[kind])(chance);
    if (fits(value)) return { kind, value };
  }
  throw new RangeError(`no form of ${kind} fits`);
}
