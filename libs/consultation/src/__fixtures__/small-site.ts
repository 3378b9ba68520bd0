import { requireSite, type Site } from '@switchyard/site';

/** The files of a small shop with two cloud models, one dearer than the other: path -> text. */
export function smallSiteFiles(): Record<string, string> {
  return {
    'site.yaml': `
name: shop
title: { zh: 港湾优品, en: Harbour Goods }
languages: [zh, en]
egress: allowed
tenants:
  - { id: demo, keys: [{ id: k, hash: 'sha256:${'a'.repeat(64)}', scopes: [ask] }], budget: { perDay: 5 } }
models:
  expert:
    - { provider: deepseek, model: cheap, maxOutputTokens: 100, price: { inputPerMillion: 1, outputPerMillion: 2, asOf: '2026-01-01' } }
    - { provider: openai, model: dear, maxOutputTokens: 1000, price: { inputPerMillion: 10, outputPerMillion: 20, asOf: '2026-01-01' } }
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
  };
}

/** `change` edits the files. */
export function smallSite(change: (files: Record<string, string>) => Record<string, string> = (files) => files): Site {
  return requireSite(new Map(Object.entries(change(smallSiteFiles())).map(([path, text]) => [path, new TextEncoder().encode(text)])));
}
