import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PRODUCTS } from './products.js';
import { sampleOrders } from './sample-orders.js';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS products (sku TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS refunds (id TEXT PRIMARY KEY, orderId TEXT NOT NULL UNIQUE, amount REAL NOT NULL, reason TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS invoices (id TEXT PRIMARY KEY, orderId TEXT NOT NULL UNIQUE, type TEXT NOT NULL, title TEXT NOT NULL, taxId TEXT) STRICT;
  CREATE TABLE IF NOT EXISTS writes (key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
`;

/** Runs all of `work` or nothing of it. */
export function transaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/** Forgets everything and puts the sample orders back. */
export function reset(database: DatabaseSync): void {
  transaction(database, () => {
    for (const table of ['orders', 'products', 'refunds', 'invoices', 'writes']) database.exec(`DELETE FROM ${table}`);
    const addOrder = database.prepare('INSERT INTO orders (id, content) VALUES (?, ?)');
    for (const order of sampleOrders()) addOrder.run(order.id, JSON.stringify(order));
    const addProduct = database.prepare('INSERT INTO products (sku, content) VALUES (?, ?)');
    for (const product of PRODUCTS) addProduct.run(product.sku, JSON.stringify(product));
  });
}

/** Opens the file, `:memory:` included; a new one is given the sample orders. */
export function openDatabase(file: string): DatabaseSync {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec(SCHEMA);
  const row = database.prepare('SELECT count(*) AS count FROM orders').get();
  if (row?.['count'] === 0) reset(database);
  return database;
}
