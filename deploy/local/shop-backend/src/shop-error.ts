/** What the shop refuses, with the HTTP status and the name that callers match on. */
const ERRORS = {
  route_not_found: 404,
  order_not_found: 404,
  product_not_found: 404,
  method_not_allowed: 405,
  body_invalid: 400,
  already_refunded: 409,
  not_refundable: 409,
  already_shipped: 409,
  already_invoiced: 409,
  not_delivered: 409,
  invoice_period_over: 409,
  idempotency_mismatch: 422,
} as const;

export type ShopErrorCode = keyof typeof ERRORS;

export class ShopError extends Error {
  override readonly name = 'ShopError';
  readonly code: ShopErrorCode;
  readonly status: number;

  constructor(code: ShopErrorCode, detail: string) {
    super(detail);
    this.code = code;
    this.status = ERRORS[code];
  }
}
