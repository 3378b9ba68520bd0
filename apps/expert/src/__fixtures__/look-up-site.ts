import type { Site } from '@switchyard/site';
import { expertSite } from './expert-site.js';

const TOOLS = `
- name: shop.get_order
  description: { zh: 按订单号查询订单, en: Looks an order up by its number }
  effect: read
  network: private
  method: GET
  url: \${SHOP_URL}/orders/{orderId}
  arguments: { type: object, required: [orderId], properties: { orderId: { type: string, pattern: '^HG' } }, additionalProperties: false }
  errors: { 404: not_found }
  intents: [order_status]
- name: find_orders
  description: { zh: 按电话查询订单, en: Finds the orders of a telephone number }
  effect: read
  network: private
  method: GET
  url: \${SHOP_URL}/orders
  arguments: { type: object, required: [phone], properties: { phone: { type: string }, address: { type: object, properties: { lines: { type: array, items: { type: string } } } } }, additionalProperties: false }
  intents: [order_status]
- name: create_refund
  description: { zh: 为订单申请退款, en: Refunds an order }
  effect: write
  network: private
  method: POST
  url: \${SHOP_URL}/refunds
  arguments: { type: object, required: [orderId], properties: { orderId: { type: string } }, additionalProperties: false }
  intents: [order_status]
  confirm:
    question: { zh: '为订单 {{arguments.orderId}} 退款，确认吗？', en: 'Refund order {{arguments.orderId}}?' }
    done: { zh: 退款已提交。, en: Done. }
- name: list_customers
  description: { zh: 列出客户, en: Lists customers }
  effect: read
  network: private
  method: GET
  url: \${SHOP_URL}/customers
  arguments: { type: object, properties: {} }
  intents: [order_status]
  tenants: [poor]
`;
const INTENTS = `
- label: order_status
  description: { zh: 查订单, en: order status }
  task: structured
  slots: {}
  utterances: { zh: [我的订单到哪了], en: [where is my order] }
- label: greeting
  description: { zh: 问好, en: greeting }
  task: small_talk
  slots: {}
  utterances: { zh: [你好], en: [hello] }
`;

/** The shop with tools that cloud models may have called, and one with an effect that they may not. `change` edits `site.yaml`, `more` are further files. */
export function lookUpSite(baseUrl: string, change: (siteYaml: string) => string = (text) => text, more: Readonly<Record<string, string>> = {}): Site {
  return expertSite(baseUrl, (files) => ({ ...files, 'site.yaml': change(files['site.yaml'] ?? ''), 'tools/shop.yaml': TOOLS, 'intents/orders.yaml': INTENTS, ...more }));
}
