import { requireSite, type Site } from '@switchyard/site';

const HASH = 'a'.repeat(64);
const key = (id: string, digit: string): string => `{ id: ${id}, hash: 'sha256:${digit.repeat(64)}', scopes: [ask] }`;

export const FREE_URL = 'http://127.0.0.1:9';

/** The files of a small shop with a cloud model at `baseUrl`: path -> text. */
export function expertSiteFiles(baseUrl: string = FREE_URL): Record<string, string> {
  return {
    'site.yaml': `
name: shop
title: { zh: 港湾优品, en: Harbour Goods }
languages: [zh, en]
egress: allowed
tenants:
  - { id: demo, keys: [{ id: k, hash: 'sha256:${HASH}', scopes: [ask] }], budget: { perDay: 5 } }
  - { id: poor, keys: [${key('k2', 'b')}], budget: { perDay: 0.000001 } }
  - { id: none, keys: [${key('k3', 'c')}] }
models:
  expert:
    - { provider: anthropic, model: unkeyed, price: { inputPerMillion: 1, outputPerMillion: 1, asOf: '2026-01-01' } }
    - { provider: deepseek, model: deepseek-chat, baseUrl: '${baseUrl}', maxOutputTokens: 100, price: { inputPerMillion: 10, outputPerMillion: 20, asOf: '2026-01-01' } }
texts:
  refused: { zh: 不能回答。, en: I cannot answer that. }
  handedOver: { zh: 已转人工。, en: A colleague takes over. }
  unknown: { zh: 不知道。, en: I do not know. }
  failed: { zh: 出错了。, en: Something went wrong. }
  expired: { zh: 超时了。, en: That took too long. }
  cancelled: { zh: 已取消。, en: Cancelled. }
`,
    'rules/rules.yaml': `
rules:
  - { name: all, when: {}, then: { to: expert } }
`,
    'words/banned.txt': `# category: abuse\n# action: refuse\n脏话词\nbadword\n`,
    'words/rivals.txt': `# category: rivals\n# action: mask\nrivalshop\n`,
    'words/crisis.txt': `# category: crisis\n# action: hand_over\ncrisisword\n`,
  };
}

/** A small shop with a cloud model at `baseUrl`. `change` edits the files. */
export function expertSite(baseUrl: string = FREE_URL, change: (files: Record<string, string>) => Record<string, string> = (files) => files): Site {
  return requireSite(new Map(Object.entries(change(expertSiteFiles(baseUrl))).map(([path, text]) => [path, new TextEncoder().encode(text)])));
}
