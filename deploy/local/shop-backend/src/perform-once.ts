import type { DatabaseSync } from 'node:sqlite';
import { transaction } from './database.js';
import type { Action } from './order-actions.js';
import { ShopError } from './shop-error.js';

/**
 * Runs a write once for each key: the same key gives the stored answer again, refusals included, without another
 * effect. Key, answer and effect are one transaction, so a crash leaves all of them or none.
 * @throws ShopError idempotency_mismatch where the key was used for another request
 */
export function performOnce(database: DatabaseSync, key: string | undefined, request: string, work: () => Action): Action {
  return transaction(database, () => {
    if (key === undefined) return settle(work);
    const earlier = database.prepare('SELECT request, status, body FROM writes WHERE key = ?').get(key);
    if (earlier) {
      if (earlier['request'] !== request) throw new ShopError('idempotency_mismatch', 'the key was used for another request');
      return { status: Number(earlier['status']), body: JSON.parse(String(earlier['body'])) as Record<string, unknown> };
    }
    const action = settle(work);
    database.prepare('INSERT INTO writes (key, request, status, body) VALUES (?, ?, ?, ?)').run(key, request, action.status, JSON.stringify(action.body));
    return action;
  });
}

/** A refusal is an answer like any other: it is stored under its key, and must not roll that back. */
function settle(work: () => Action): Action {
  try {
    return work();
  } catch (error) {
    if (error instanceof ShopError) return { status: error.status, body: { error: error.code, detail: error.message } };
    throw error;
  }
}
