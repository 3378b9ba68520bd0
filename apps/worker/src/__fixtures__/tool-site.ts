import type { Site } from '@switchyard/site';
import { shopSite } from './shop-site.js';

const TOOLS = `
- name: get_order
  description: { zh: 按订单号查询订单, en: Looks an order up by its number }
  effect: read
  network: private
  method: GET
  url: \${SHOP_URL}/orders/{orderId}
  arguments: { type: object, required: [orderId], properties: { orderId: { type: string, pattern: '^HG' } }, additionalProperties: false }
  result: { type: object, properties: { status: { enum: [paid, shipped, delivered] } } }
  errors: { 404: not_found }
  intents: [order_status, refund]
- name: create_refund
  description: { zh: 为订单申请退款, en: Refunds an order }
  effect: write
  network: private
  method: POST
  url: \${SHOP_URL}/refunds
  arguments: { type: object, required: [orderId], properties: { orderId: { type: string }, note: { type: string } }, additionalProperties: false }
  result: { type: object, required: [refundId], properties: { refundId: { type: string } } }
  intents: [refund]
  confirm:
    question: { zh: '为订单 {{arguments.orderId}} 退款，确认吗？', en: 'Refund order {{arguments.orderId}}?' }
    done: { zh: '退款已提交：{{result.refundId}}。', en: 'Your refund is {{result.refundId}}.' }
- name: delete_account
  description: { zh: 注销账号, en: Deletes an account }
  effect: write
  network: private
  method: POST
  url: \${SHOP_URL}/accounts
  arguments: { type: object, properties: { orderId: { type: string } } }
  intents: [refund]
- name: list_customers
  description: { zh: 列出客户, en: Lists customers }
  effect: read
  network: private
  method: GET
  url: \${SHOP_URL}/customers
  arguments: { type: object, properties: {} }
  intents: [order_status, refund]
  tenants: [office]
`;

/** A shop in which the local model may look orders up and, asked about a refund, make one; `delete_account` is for flows, `list_customers` for another tenant. */
export const toolSite = (change: Readonly<Record<string, string>> = {}): Site => shopSite({ 'tools/shop.yaml': TOOLS, ...change });
