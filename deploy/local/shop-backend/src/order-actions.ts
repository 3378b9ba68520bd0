import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { refusalOfInvoice, refusalOfRefund } from './order-policy.js';
import { findOrder, saveOrder } from './order-store.js';
import { ShopError } from './shop-error.js';

const RefundBody = z.object({ reason: z.string().min(1).max(200).default('unwanted') });
const AddressBody = z.object({ address: z.string().trim().min(5).max(200) });
const InvoiceBody = z
  .object({ type: z.enum(['ordinary', 'special']), title: z.string().trim().min(1).max(100), taxId: z.string().regex(/^[0-9A-Za-z]{15,20}$/).optional() })
  .refine((body) => body.type === 'ordinary' || body.taxId !== undefined, { message: 'a special invoice needs a tax id', path: ['taxId'] });

/** @throws ShopError body_invalid, naming the fields and not their values */
function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new ShopError('body_invalid', result.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; '));
}

export interface Action {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Ids follow from the order, so that the sample gives the same ones on every run. */
const idOf = (prefix: string, orderId: string): string => `${prefix}${orderId.slice(2)}`;

export function createRefund(database: DatabaseSync, orderId: string, given: unknown): Action {
  const { reason } = parse(RefundBody, given);
  const order = findOrder(database, orderId);
  const refusal = refusalOfRefund(order);
  if (refusal) throw new ShopError(refusal, `the order is ${order.status}`);
  const id = idOf('RF', order.id);
  database.prepare('INSERT INTO refunds (id, orderId, amount, reason) VALUES (?, ?, ?, ?)').run(id, order.id, order.total, reason);
  saveOrder(database, { ...order, status: 'refunded' });
  return { status: 201, body: { refundId: id, orderId: order.id, amount: order.total, returnNeeded: order.status !== 'paid', reason } };
}

export function changeAddress(database: DatabaseSync, orderId: string, given: unknown): Action {
  const { address } = parse(AddressBody, given);
  const order = findOrder(database, orderId);
  if (order.status !== 'unpaid' && order.status !== 'paid') throw new ShopError('already_shipped', `the order is ${order.status}`);
  saveOrder(database, { ...order, address });
  return { status: 200, body: { orderId: order.id, address } };
}

export function requestInvoice(database: DatabaseSync, orderId: string, given: unknown): Action {
  const { type, title, taxId } = parse(InvoiceBody, given);
  const order = findOrder(database, orderId);
  const refusal = refusalOfInvoice(order);
  if (refusal) throw new ShopError(refusal, `the order is ${order.status}`);
  const id = idOf('IN', order.id);
  database.prepare('INSERT INTO invoices (id, orderId, type, title, taxId) VALUES (?, ?, ?, ?, ?)').run(id, order.id, type, title, taxId?.toUpperCase() ?? null);
  saveOrder(database, { ...order, invoiced: true });
  return { status: 201, body: { invoiceId: id, orderId: order.id, type, title, amount: order.total } };
}
