/**
 * The shop in a thread of its own: a test that is busy with its customers must not make it one that does not answer.
 */
import { text } from 'node:stream/consumers';
import { parentPort } from 'node:worker_threads';
import { serve } from './serve.ts';
import type { ShopNote, ShopOrder } from './shop.ts';

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
const tell = (note: ShopNote): void => parentPort?.postMessage(note);

interface Order {
  status: 'paid' | 'cancelled';
  address: string;
}

const orders = new Map<string, Order>();
const answers = new Map<string, string>();
let count = 0;
/** While answers are held: resolves when they are released. */
let held: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
parentPort?.on('message', ({ hold }: ShopOrder) => {
  if (!hold) held?.resolve();
  held = hold ? (held ?? Promise.withResolvers<void>()) : undefined;
});

const viewOf = (id: string, { status, address }: Order): Record<string, unknown> => ({
  id, status, address, summaryZh: '台灯 × 1', summaryEn: 'desk lamp × 1', total: 120, carrierZh: null, carrierEn: null, trackingNumber: null, orderedAt: '2026-01-02', paidAt: '2026-01-02', shippedAt: null, deliveredAt: null,
  refund: status === 'paid' ? 'possible' : 'already_refunded', refundableUntil: null, addressCanChange: status === 'paid', invoice: 'not_delivered',
});
const done: Readonly<Record<string, (id: string, order: Order, body: Record<string, unknown>) => Record<string, unknown>>> = {
  refunds: (id, order) => {
    order.status = 'cancelled';
    return { refundId: `R${id}`, orderId: id, amount: 120, returnNeeded: false };
  },
  address: (id, order, body) => {
    order.address = String(body['address']);
    return { orderId: id, address: order.address };
  },
  invoices: (id) => ({ invoiceId: `I${id}`, orderId: id, amount: 120 }),
};

const { url } = await serve(async (request, response) => {
  const [, what = '', id = '', action] = (request.url ?? '').split('/');
  const answer = (body: unknown): void => void response.writeHead(200, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
  if (what === 'stock') return answer({ sku: id, nameZh: '台灯', nameEn: 'desk lamp', price: 120, inStock: 3, available: true, restockOn: null });
  if (what !== 'orders') return answer({ status: 'up' });
  const order = orders.get(id) ?? { status: 'paid', address: '上海市浦东新区世纪大道 100 号' };
  orders.set(id, order);
  const act = action === undefined ? undefined : done[action];
  if (!act) return answer(viewOf(id, order));
  const sent = await text(request);
  const key = String(request.headers['idempotency-key'] ?? `none.${(count += 1)}`);
  const earlier = answers.get(key);
  tell({ effect: { at: Date.now(), key, order: id, kind: action ?? '', isRepeat: earlier !== undefined } });
  const body = earlier ?? JSON.stringify(act(id, order, JSON.parse(sent) as Record<string, unknown>));
  answers.set(key, body);
  await held?.promise;
  answer(body);
});
tell({ url });
