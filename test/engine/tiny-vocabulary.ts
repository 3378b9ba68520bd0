/** Sentences that the tiny model counts its letters' followers from. Written for this purpose, in both languages and as JSON. */
const SENTENCES = [
  // Far more often than others, so that the likeliest of all texts comes to an end, and so does the likeliest in quotation marks.
  ...Array.from({ length: 16 }, () => '已经发出，两天内送到。'),
  ...Array.from({ length: 10 }, () => '"已经发出，两天内送到。"'),
  'Your order is on its way. It will be here in two days.',
  'You can return it within ten days. The money is with you soon.',
  'Hello. How can I help you today?',
  '您好。可以退货，钱会在三日里退回。',
  '请问还有什么可以帮您？',
  '{"needs":"nothing","confidence":0.9,"answer":"Yes. It is here."}',
  '{"needs":"nothing","confidence":0.8,"answer":"好的。"}',
];

/** All that the adapter counts from. */
const ADAPTED = ['退款已经到账。'];

const BYTES = 256;
const FIRST_BYTE = 3;
const END = 2;
/** How sentencepiece writes a space. */
const SPACE = '▁';

export interface Vocabulary {
  /** Three marks, the 256 bytes, the space, and the characters of the sentences that are longer than a byte. Others are spelled in bytes. */
  readonly tokens: readonly string[];
  /** By llama.cpp's `llama_token_type`: 1 normal, 2 unknown, 3 control, 6 byte. */
  readonly types: readonly number[];
  readonly begin: number;
  readonly end: number;
}

const longCharacters = [...new Set([...SENTENCES, ...ADAPTED].join(''))].filter((one) => Buffer.byteLength(one) > 1).toSorted();
const plain = [SPACE, ...longCharacters];

export const vocabulary: Vocabulary = {
  tokens: ['<unk>', '<s>', '</s>', ...Array.from({ length: BYTES }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`), ...plain],
  types: [2, 3, 3, ...Array.from({ length: BYTES }, () => 6), ...plain.map(() => 1)],
  begin: 1,
  end: END,
};

const numberOf = new Map(plain.map((one, at) => [one, FIRST_BYTE + BYTES + at]));

function tokensOf(text: string): number[] {
  return Array.from(text).flatMap((one) => {
    const known = numberOf.get(one === ' ' ? SPACE : one);
    return known === undefined ? [...Buffer.from(one)].map((byte) => FIRST_BYTE + byte) : [known];
  });
}

/** How probable each follower of each token is, as natural logarithms: `[token * size + follower]`. What was never seen is left a little. */
function followersIn(sentences: readonly string[]): Float64Array {
  const size = vocabulary.tokens.length;
  const counts = new Float64Array(size * size).fill(0.001);
  for (const sentence of sentences) {
    const tokens = [...tokensOf(sentence), END];
    // A prompt ends with a new line: there a sentence may begin.
    for (const [at, token] of [...tokensOf('\n'), ...tokens].entries()) {
      const follower = tokens[at];
      if (follower !== undefined) counts[token * size + follower] = (counts[token * size + follower] ?? 0) + 1;
    }
  }
  for (let token = 0; token < size; token++) {
    const row = counts.subarray(token * size, (token + 1) * size);
    const sum = row.reduce((total, one) => total + one, 0);
    for (const [follower, count] of row.entries()) row[follower] = Math.log(count / sum);
  }
  return counts;
}

export const baseFollowers = (): Float64Array => followersIn(SENTENCES);
export const adaptedFollowers = (): Float64Array => followersIn(ADAPTED);
