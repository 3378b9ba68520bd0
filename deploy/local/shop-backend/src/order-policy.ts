import type { Order } from './order.js';
import { daysSince } from './shop-clock.js';
import type { ShopErrorCode } from './shop-error.js';

/** Days after delivery in which goods may come back without a reason. */
export const REFUND_DAYS = 15;
/** Days after delivery in which an invoice can be asked for. */
export const INVOICE_DAYS = 180;

/** Why the order cannot be refunded, or undefined where it can: paid, on its way, or delivered within the 15 days. */
export function refusalOfRefund(order: Order): Extract<ShopErrorCode, 'already_refunded' | 'not_refundable'> | undefined {
  if (order.status === 'refunded') return 'already_refunded';
  if (order.status === 'unpaid' || order.status === 'cancelled') return 'not_refundable';
  if (order.status === 'delivered' && order.deliveredAt !== null && daysSince(order.deliveredAt) > REFUND_DAYS) return 'not_refundable';
  return undefined;
}

/** Why no invoice can be made out, or undefined where one can. */
export function refusalOfInvoice(order: Order): Extract<ShopErrorCode, 'already_invoiced' | 'not_delivered' | 'invoice_period_over'> | undefined {
  if (order.invoiced) return 'already_invoiced';
  if (order.status !== 'delivered' || order.deliveredAt === null) return 'not_delivered';
  return daysSince(order.deliveredAt) > INVOICE_DAYS ? 'invoice_period_over' : undefined;
}
