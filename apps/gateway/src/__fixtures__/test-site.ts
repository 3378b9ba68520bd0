import { createHash } from 'node:crypto';
import { requireSite, type Site } from '@switchyard/site';

const hash = (key: string): string => `sha256:${createHash('sha256').update(key).digest('hex')}`;

/** Keys of the test site, by what they may do. */
export const KEYS = { all: 'key-all', ask: 'key-ask', knowledge: 'key-knowledge', operate: 'key-operate', other: 'key-of-another-tenant', limited: 'key-limited' } as const;

/** Ends the address that tenant `a` has in Chatwoot. */
export const CHATWOOT_SECRET = 'hook-of-a';

const text = (zh: string, en: string): string => `{ zh: "${zh}", en: "${en}" }`;
const SITE = `
name: test
title: ${text('测试站点', 'Test site <&>')}
languages: [zh, en]
egress: blocked
tenants:
  - id: a
    reviews: { most: 10 }
    keys:
      - { id: all, hash: "${hash(KEYS.all)}", scopes: [ask, knowledge, operate] }
      - { id: ask, hash: "${hash(KEYS.ask)}", scopes: [ask] }
      - { id: knowledge, hash: "${hash(KEYS.knowledge)}", scopes: [knowledge] }
      - { id: operate, hash: "${hash(KEYS.operate)}", scopes: [operate] }
    people:
      chatwoot: { url: 'http://127.0.0.1:9', network: private, account: 3, tokenEnv: CHATWOOT_TOKEN, hookHash: "${hash(CHATWOOT_SECRET)}" }
  - id: b
    keys: [{ id: other, hash: "${hash(KEYS.other)}", scopes: [ask, knowledge, operate] }]
  - id: c
    requestsPerMinute: 2
    keys: [{ id: limited, hash: "${hash(KEYS.limited)}", scopes: [ask] }]
deadline: { defaultMs: 20000, maxMs: 30000 }
texts:
  refused: ${text('无法回答。', 'This cannot be answered.')}
  handedOver: ${text('已转人工。', 'A person will answer.')}
  unknown: ${text('不清楚。', 'Not known.')}
  failed: ${text('出错了。', 'Something failed.')}
  expired: ${text('超时了。', 'Too late.')}
  cancelled: ${text('已取消。', 'Cancelled.')}
`;
const INTENT = `
- label: greeting
  description: ${text('问候', 'a greeting')}
  task: small_talk
  utterances: { zh: ["您好"], en: ["hello <b>there</b>"] }
`;

const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);

/** @param more further lines of its `site.yaml` */
export function testSite(more = ''): Site {
  return requireSite(new Map([['site.yaml', bytes(SITE + more)], ['intents/greeting.yaml', bytes(INTENT)]]));
}
