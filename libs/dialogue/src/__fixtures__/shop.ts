import { FlowFile, type SlotDefinition, type ToolDefinition } from '@switchyard/site';

export const slots: Record<string, SlotDefinition> = {
  order_id: { kind: 'pattern', pattern: 'HG\\d{8}', normalise: 'upper' },
  reason: { kind: 'choice', values: { quality: ['坏了', 'broken'], unwanted: ['不想要', 'no longer want'] } },
  quantity: { kind: 'number' },
  note: { kind: 'text', minLength: 4, maxLength: 200 },
};

const tool = (name: string, effect: 'read' | 'write', argumentNames: string[], errors: Record<string, string> = {}): ToolDefinition => ({
  name,
  description: { zh: name, en: name },
  kind: 'http',
  effect,
  network: 'public',
  method: effect === 'read' ? 'GET' : 'POST',
  url: '${SHOP_URL}/x',
  headers: {},
  arguments: { type: 'object', properties: Object.fromEntries(argumentNames.map((one) => [one, { type: 'string' }])), required: argumentNames },
  errors,
  intents: [],
  timeoutMs: 1_000,
});

export const tools = new Map([
  ['get_order', tool('get_order', 'read', ['orderId'], { 404: 'not_found' })],
  ['create_refund', tool('create_refund', 'write', ['orderId', 'reason'], { 409: 'not_refundable' })],
]);

const askOrder = {
  ask: 'order_id',
  question: { zh: '请提供订单号。', en: 'What is your order number?' },
  retry: { zh: '订单号是 HG 加 8 位数字。', en: 'An order number is HG and 8 digits.' },
};
const getOrder = {
  call: 'get_order',
  with: { orderId: '{{slots.order_id}}' },
  save: 'order',
  onError: { not_found: [{ say: { zh: '没有找到 {{slots.order_id}}。', en: 'I cannot find {{slots.order_id}}.' } }, { clear: 'order_id' }, { goto: 'start' }] },
};

export const orderStatus = FlowFile.parse({
  name: 'order_status',
  description: { zh: '查订单', en: 'Order status' },
  steps: [
    { id: 'start' },
    askOrder,
    getOrder,
    {
      if: { 'results.order.status': 'unpaid' },
      then: [{ say: { zh: '订单还没有付款。', en: 'The order is not paid.' } }, { end: true }],
      else: [{ say: { zh: '订单 {{slots.order_id}}：{{results.order.status | words:"shipped=已发货,delivered=已签收"}}。', en: 'Order {{slots.order_id}} is {{results.order.status}}.' } }],
    },
  ],
});

export const refund = FlowFile.parse({
  name: 'refund',
  description: { zh: '退款', en: 'Refund' },
  leave: ['留着吧', 'keep it after all'],
  steps: [
    { id: 'start' },
    askOrder,
    getOrder,
    { ask: 'reason', question: { zh: '退款原因是什么？', en: 'Why do you return it?' } },
    {
      confirm: {
        zh: '订单 {{slots.order_id}} 退款 {{results.order.total | money:CNY}}，确认吗？',
        en: 'Refund {{results.order.total | money:CNY}} for {{slots.order_id}}?',
      },
      declined: { zh: '好的，没有退款。', en: 'Fine, nothing was refunded.' },
    },
    { call: 'create_refund', with: { orderId: '{{slots.order_id}}', reason: '{{slots.reason}}' }, save: 'refund', onError: { not_refundable: [{ handOver: 'not_refundable', text: { zh: '请人工处理。', en: 'A colleague will look into it.' } }] } },
    { say: { zh: '退款已提交，编号 {{results.refund.id}}。', en: 'Done, your refund is {{results.refund.id}}.' } },
  ],
});
