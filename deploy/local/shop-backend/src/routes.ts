import type { DatabaseSync } from 'node:sqlite';
import { reset } from './database.js';
import { changeAddress, createRefund, requestInvoice, type Action } from './order-actions.js';
import { findOrder, findProduct } from './order-store.js';
import { viewOf } from './order-view.js';
import { performOnce } from './perform-once.js';
import { ShopError } from './shop-error.js';

export interface ShopRequest {
  readonly method: string;
  readonly path: string;
  /** The parsed JSON body; an empty object where there is none. */
  readonly body: unknown;
  readonly idempotencyKey: string | undefined;
}

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly answer: (database: DatabaseSync, id: string, request: ShopRequest) => Action;
}

const write =
  (action: (database: DatabaseSync, id: string, body: unknown) => Action): Route['answer'] =>
  (database, id, { method, path, body, idempotencyKey }) =>
    performOnce(database, idempotencyKey, `${method} ${path} ${JSON.stringify(body)}`, () => action(database, id, body));

const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/health$/, answer: () => ({ status: 200, body: { status: 'up' } }) },
  {
    method: 'POST',
    path: /^\/reset$/,
    answer: (database) => {
      reset(database);
      return { status: 200, body: { status: 'reset' } };
    },
  },
  { method: 'GET', path: /^\/orders\/([^/]+)$/, answer: (database, id) => ({ status: 200, body: viewOf(findOrder(database, id)) }) },
  { method: 'POST', path: /^\/orders\/([^/]+)\/refunds$/, answer: write(createRefund) },
  { method: 'PUT', path: /^\/orders\/([^/]+)\/address$/, answer: write(changeAddress) },
  { method: 'POST', path: /^\/orders\/([^/]+)\/invoices$/, answer: write(requestInvoice) },
  {
    method: 'GET',
    path: /^\/stock\/([^/]+)$/,
    answer: (database, id) => {
      const product = findProduct(database, id);
      return { status: 200, body: { ...product, available: product.inStock > 0 } };
    },
  },
];

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ShopError('route_not_found', 'the path is not well formed');
  }
}

/** @throws ShopError where no route fits, or the route refuses */
export function answer(database: DatabaseSync, request: ShopRequest): Action {
  const fitting = ROUTES.flatMap((route) => {
    const match = route.path.exec(request.path);
    return match ? [{ route, id: decode(match[1] ?? '') }] : [];
  });
  const chosen = fitting.find(({ route }) => route.method === request.method);
  if (chosen) return chosen.route.answer(database, chosen.id, request);
  throw fitting.length > 0 ? new ShopError('method_not_allowed', 'the route does not take this method') : new ShopError('route_not_found', 'there is no such route');
}
