import type { Order } from './order.js';
import { REFUND_DAYS, refusalOfInvoice, refusalOfRefund } from './order-policy.js';
import { daysAfter } from './shop-clock.js';

/** An order as callers see it: what is stored, its contents as one line, and what can still be done with it. */
export function viewOf(order: Order): Record<string, unknown> {
  return {
    ...order,
    summaryZh: order.items.map((item) => `${item.nameZh} ×${item.quantity}`).join('、'),
    summaryEn: order.items.map((item) => `${item.nameEn} ×${item.quantity}`).join(', '),
    refund: refusalOfRefund(order) ?? 'possible',
    refundableUntil: order.status === 'delivered' && order.deliveredAt !== null ? daysAfter(order.deliveredAt, REFUND_DAYS) : null,
    addressCanChange: order.status === 'unpaid' || order.status === 'paid',
    invoice: refusalOfInvoice(order) ?? 'possible',
  };
}
