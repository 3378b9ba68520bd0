import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { serve } from '@switchyard/testing';

export interface ShopBackend {
  readonly url: string;
  /** Every call that came in: method, path and idempotency key. */
  readonly calls: { readonly call: string; readonly key: string | undefined }[];
  /** Refunds in effect: one for each idempotency key. */
  readonly refunds: Map<string, { orderId: string; refundId: string }>;
  /** Answer everything with this status. */
  status: number | undefined;
  /** Break the connection once a refund was made, before its answer. */
  breakAfterRefund: boolean;
  stop(): Promise<void>;
}

/** A shop's HTTP backend: orders HG20260001 to HG20260009, refunds that honour the idempotency key. */
export async function startShopBackend(): Promise<ShopBackend> {
  const { url, stop } = await serve(async (request, response) => {
    const key = request.headers['idempotency-key'];
    shop.calls.push({ call: `${request.method} ${request.url}`, key: typeof key === 'string' ? key : undefined });
    const answer = (status: number, value: unknown): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (shop.status !== undefined) return answer(shop.status, {});
    if (request.method === 'GET') return /\/orders\/HG2026000[1-9]$/.test(request.url ?? '') ? answer(200, { status: 'shipped', total: 199 }) : answer(404, {});
    const { orderId } = z.object({ orderId: z.string() }).parse(JSON.parse(await text(request)));
    const refund = shop.refunds.get(String(key)) ?? { orderId, refundId: `R${shop.refunds.size + 1}` };
    shop.refunds.set(String(key), refund);
    if (shop.breakAfterRefund) return void response.destroy();
    return answer(201, refund);
  });
  const shop: ShopBackend = { url, calls: [], refunds: new Map(), status: undefined, breakAfterRefund: false, stop };
  return shop;
}
