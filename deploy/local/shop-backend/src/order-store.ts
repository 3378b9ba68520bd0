import type { DatabaseSync } from 'node:sqlite';
import { canonicalOrderId, type Order } from './order.js';
import type { Product } from './products.js';
import { ShopError } from './shop-error.js';

/** @throws ShopError order_not_found */
export function findOrder(database: DatabaseSync, givenId: string): Order {
  const row = database.prepare('SELECT content FROM orders WHERE id = ?').get(canonicalOrderId(givenId));
  if (typeof row?.['content'] !== 'string') throw new ShopError('order_not_found', 'there is no such order');
  return JSON.parse(row['content']) as Order;
}

export function saveOrder(database: DatabaseSync, order: Order): void {
  database.prepare('UPDATE orders SET content = ? WHERE id = ?').run(JSON.stringify(order), order.id);
}

/** @throws ShopError product_not_found */
export function findProduct(database: DatabaseSync, sku: string): Product {
  const row = database.prepare('SELECT content FROM products WHERE sku = ?').get(sku.trim().toUpperCase());
  if (typeof row?.['content'] !== 'string') throw new ShopError('product_not_found', 'there is no such product');
  return JSON.parse(row['content']) as Product;
}
