import type { Slots } from '@switchyard/contracts';
import { slotsOf, requireSite, type Site } from '@switchyard/site';

const HASH = 'a'.repeat(64);

const FILES: Record<string, string> = {
  'site.yaml': `
name: shop
title: { zh: 港湾优品, en: Harbour Goods }
languages: [zh, en]
egress: blocked
tenants:
  - { id: demo, keys: [{ id: k, hash: 'sha256:${HASH}', scopes: [ask] }] }
  - { id: office, keys: [{ id: o, hash: 'sha256:${'b'.repeat(64)}', scopes: [ask] }] }
models: { worker: { model: small, maxOutputTokens: 64 } }
texts:
  refused: { zh: 不能回答。, en: I cannot answer that. }
  handedOver: { zh: 已转人工。, en: A colleague takes over. }
  unknown: { zh: 不知道。, en: I do not know. }
  failed: { zh: 出错了。, en: Something went wrong. }
  expired: { zh: 超时了。, en: That took too long. }
  cancelled: { zh: 已取消。, en: Cancelled. }
`,
  'intents/orders.yaml': `
- label: order_status
  description: { zh: 查订单, en: order status }
  task: structured
  flow: order_status
  slots: { order_id: { kind: pattern, pattern: 'HG\\d{8}', normalise: upper } }
  utterances: { zh: [我的订单到哪了], en: [where is my order] }
- label: refund
  description: { zh: 退款, en: refund }
  task: action
  flow: refund
  slots: { order_id: { kind: pattern, pattern: 'HG\\d{8}', normalise: upper } }
  utterances: { zh: [我要退款], en: [I want a refund] }
`,
  'flows/order-status.yaml': `
name: order_status
description: { zh: 查订单, en: Order status }
steps:
  - id: start
  - ask: order_id
    question: { zh: 请提供订单号。, en: What is your order number? }
    retry: { zh: 订单号是 HG 加 8 位数字。, en: An order number is HG and 8 digits. }
  - call: get_order
    with: { orderId: '{{slots.order_id}}' }
    save: order
    onError:
      not_found:
        - say: { zh: '没有找到 {{slots.order_id}}。', en: 'I cannot find {{slots.order_id}}.' }
        - clear: order_id
        - goto: start
  - say: { zh: '{{slots.order_id}}：{{results.order.status | words:"shipped=已发货"}}，{{results.order.total | money:CNY}}。', en: '{{slots.order_id}} is {{results.order.status}}, {{results.order.total | money:CNY}}.' }
`,
  'flows/refund.yaml': `
name: refund
description: { zh: 退款, en: Refund }
steps:
  - ask: order_id
    question: { zh: 请提供订单号。, en: What is your order number? }
  - call: get_order
    with: { orderId: '{{slots.order_id}}' }
    save: order
    onError: { unavailable: [{ handOver: shop_down, text: { zh: 系统繁忙，已转人工。, en: 'Our system is down, a colleague takes over.' } }] }
  - confirm: { zh: '{{slots.order_id}} 退款 {{results.order.total | money:CNY}}，确认吗？', en: 'Refund {{results.order.total | money:CNY}} for {{slots.order_id}}?' }
    declined: { zh: 好的，没有退款。, en: 'Fine, nothing was refunded.' }
  - call: create_refund
    with: { orderId: '{{slots.order_id}}' }
    save: refund
  - say: { zh: '退款已提交：{{results.refund.refundId}}。', en: 'Your refund is {{results.refund.refundId}}.' }
`,
  'tools/shop.yaml': `
- name: get_order
  description: { zh: 订单, en: order }
  effect: read
  network: private
  method: GET
  url: \${SHOP_URL}/orders/{orderId}
  arguments: { type: object, required: [orderId], properties: { orderId: { type: string } }, additionalProperties: false }
  result: { type: object, required: [status, total], properties: { status: { type: string }, total: { type: number } } }
  errors: { 404: not_found }
- name: create_refund
  description: { zh: 退款, en: refund }
  effect: write
  network: private
  method: POST
  url: \${SHOP_URL}/refunds
  arguments: { type: object, required: [orderId], properties: { orderId: { type: string } }, additionalProperties: false }
  result: { type: object, required: [refundId], properties: { refundId: { type: string } } }
`,
  'rules/routes.yaml': `
rules:
  - { name: no-answer-known, on: no_answer, when: { available.expert: true }, then: { to: retrieval } }
  - { name: no-answer-human, on: no_answer, then: { to: human } }
  - { name: no-model, on: model_unavailable, when: { available.localModel: false }, then: { to: retrieval } }
`,
  'words/banned.txt': `# category: abuse\n# action: refuse\n脏话词\nbadword\n`,
};

/** A small shop, as a user writes one. `change` replaces files or, with an empty text, removes them. */
export function shopSite(change: Readonly<Record<string, string>> = {}): Site {
  const files = Object.entries({ ...FILES, ...change }).filter(([, text]) => text !== '');
  return requireSite(new Map(files.map(([path, text]) => [path, new TextEncoder().encode(text)])));
}

/** Reads the slots of the shop from a message, as the dispatcher does. */
export function findSlots(site: Site, text: string): Slots {
  const found: Slots = {};
  for (const [name, slot] of Object.entries(slotsOf(site))) {
    const raw = slot.kind === 'pattern' ? new RegExp(slot.pattern, 'iu').exec(text)?.[0] : undefined;
    if (raw !== undefined) found[name] = { value: raw.toUpperCase(), raw };
  }
  return found;
}
