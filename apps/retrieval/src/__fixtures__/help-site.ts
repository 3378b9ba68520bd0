import { requireSite, type Site } from '@switchyard/site';

const text = (name: string): string => `{ zh: ${name}（中文）, en: ${name} }`;
const SITE = `
name: help
title: { zh: 帮助, en: Help }
languages: [zh, en]
egress: blocked
tenants:
  - { id: demo, keys: [{ id: k, hash: 'sha256:${'a'.repeat(64)}', scopes: [ask] }] }
  - { id: other, collection: elsewhere, keys: [{ id: k2, hash: 'sha256:${'b'.repeat(64)}', scopes: [ask] }] }
texts: { refused: ${text('refused')}, handedOver: ${text('handed over')}, unknown: ${text('unknown')}, failed: ${text('failed')}, expired: ${text('expired')}, cancelled: ${text('cancelled')} }
`;
const RULES = `
rules:
  - { name: unknown.expert, on: no_answer, when: { available.expert: true }, then: { to: expert } }
  - { name: unknown.person, on: no_answer, then: { to: human } }
`;

export const KNOWLEDGE: Record<string, string> = {
  'zh/returns.md': '# 退货与退款\n\n## 期限\n签收之日起15天内可无理由退货，商品须未使用并保留原包装。\n\n## 退款到账\n退款将在仓库收到退货后3–5个工作日内原路退回。',
  'en/returns.md': '# Returns and refunds\n\n## Time limit\nYou can return a product within 15 days of delivery without giving a reason.\n\n## Refunds\nA refund reaches the original payment method 3–5 working days after the warehouse has the goods.',
  'en/warranty.txt': 'Electronics have a warranty of 1 year. Kettles and air fryers have 2 years.',
  'faq.csv': 'question,answer\nDo you wrap gifts?,"Yes, gift wrapping costs 6 CNY."\n可以礼品包装吗？,可以，礼品包装6元。\n',
};

/** A small site with these files below `knowledge/`, and `settings` added to its `site.yaml`. */
export function helpSite(knowledge: Record<string, string | Uint8Array> = KNOWLEDGE, settings = ''): Site {
  const encoder = new TextEncoder();
  const files = { 'site.yaml': `${SITE}${settings}`, 'rules/rules.yaml': RULES, ...Object.fromEntries(Object.entries(knowledge).map(([path, content]) => [`knowledge/${path}`, content])) };
  return requireSite(new Map(Object.entries(files).map(([path, content]) => [path, typeof content === 'string' ? encoder.encode(content) : content])));
}
