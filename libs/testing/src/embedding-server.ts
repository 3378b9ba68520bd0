import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text as readText } from 'node:stream/consumers';

/** Words that mean the same stand in one row; half of the rows' words share no letter with the others. */
const MEANINGS: Readonly<Record<string, readonly string[]>> = {
  parcel: ['parcel', 'shipment', 'consignment', 'freight', 'cargo', 'haulage', '快递', '包裹', '物流', '货运', '邮件', '派送'],
  refund: ['refund', 'reimbursement', 'repayment', 'moneyback', 'restitution', 'chargeback', '退款', '返现', '退钱', '还款', '赔付', '返还'],
  invoice: ['invoice', 'receipt', 'bill', 'voucher', 'statement', 'paperwork', '发票', '收据', '票据', '账单', '凭证', '小票'],
  account: ['account', 'profile', 'membership', 'registration', 'login', 'password', '账号', '会员', '注册', '密码', '用户名', '登录'],
};
const FRAMES = ['about my', 'please help with', 'I have a question on', 'tell me more on', '请问', '麻烦看看', '我想了解', '帮我问问'] as const;

/** Sentences of four labels in which every word of meaning stands once: words tell nothing of those held out, meaning does. */
export const synonymExamples: readonly { readonly text: string; readonly label: string }[] = Object.entries(MEANINGS).flatMap(([label, words]) =>
  words.map((word, at) => ({ text: `${FRAMES[(at % 4) + (/\p{Script=Han}/u.test(word) ? 4 : 0)] ?? ''} ${word}`, label })),
);

function directionOf(name: string, dimension: number): number[] {
  const numbers = Array.from({ length: dimension }, (_, at) => createHash('sha256').update(`${name} ${at}`).digest().readInt32LE() / 2 ** 31);
  const length = Math.hypot(...numbers);
  return numbers.map((value) => value / length);
}

/** A vector as an embedder makes it: what all sentences share, what the words mean, and a little of the sentence itself. */
export function meaningVector(text: string, dimension = 32): number[] {
  const meant = Object.entries(MEANINGS).filter(([, words]) => words.some((word) => text.includes(word)));
  const parts = [{ name: 'any sentence', weight: 2 }, { name: `sentence ${text}`, weight: 0.5 }, ...meant.map(([name]) => ({ name, weight: 1 }))];
  const sum = Array.from({ length: dimension }, () => 0);
  for (const { name, weight } of parts) for (const [at, value] of directionOf(name, dimension).entries()) sum[at] = (sum[at] ?? 0) + weight * value;
  return sum;
}

export interface EmbeddingServer {
  readonly url: string;
  /** Of the vectors from now on. */
  dimension: number;
  /** What it does with a call: answer, never answer, send what is no JSON, or fail. */
  mood: 'well' | 'silent' | 'garbled' | 'failing';
  /** Every text that it was sent. */
  readonly texts: string[];
  readonly vectorOf: (text: string, dimension: number) => number[];
  close(): Promise<void>;
}

/** An embedding server on a free port of this machine that serves the model `meaning` by the protocol of Ollama or of OpenAI. */
export async function startEmbeddingServer(protocol: 'ollama' | 'openai', vectorOf: EmbeddingServer['vectorOf'] = meaningVector): Promise<EmbeddingServer> {
  const paths = protocol === 'ollama' ? { list: '/api/tags', embed: '/api/embed' } : { list: '/v1/models', embed: '/v1/embeddings' };
  const http = createServer((request, response) => {
    void (async () => {
      const body = await readText(request);
      const json = (value: unknown): void => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      if (request.url === paths.list) return json(protocol === 'ollama' ? { models: [{ name: 'meaning:latest', model: 'meaning:latest', digest: '0123456789abcdef' }] } : { data: [{ id: 'meaning' }] });
      if (request.url !== paths.embed) return void response.writeHead(404).end();
      const { input } = JSON.parse(body) as { input: string[] };
      server.texts.push(...input);
      if (server.mood === 'silent') return;
      if (server.mood === 'failing') return void response.writeHead(500).end();
      if (server.mood === 'garbled') return void response.writeHead(200, { 'content-type': 'application/json' }).end('<html>busy</html>');
      const vectors = input.map((text) => vectorOf(text, server.dimension));
      json(protocol === 'ollama' ? { embeddings: vectors } : { data: vectors.map((embedding, index) => ({ index, embedding })) });
    })();
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  const server: EmbeddingServer = {
    url: `http://127.0.0.1:${address.port}`,
    dimension: 32,
    mood: 'well',
    texts: [],
    vectorOf,
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}
