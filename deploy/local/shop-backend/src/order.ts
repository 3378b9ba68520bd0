export type OrderStatus = 'unpaid' | 'paid' | 'shipped' | 'delivered' | 'cancelled' | 'refunded';

export interface OrderItem {
  readonly sku: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly quantity: number;
  /** CNY for one piece. */
  readonly price: number;
}

/** An order as it is stored. Times are ISO 8601 in UTC, amounts CNY. */
export interface Order {
  readonly id: string;
  readonly status: OrderStatus;
  readonly items: readonly OrderItem[];
  readonly shipping: number;
  readonly total: number;
  readonly address: string;
  readonly carrierZh: string | null;
  readonly carrierEn: string | null;
  readonly trackingNumber: string | null;
  readonly orderedAt: string;
  readonly paidAt: string | null;
  readonly shippedAt: string | null;
  readonly deliveredAt: string | null;
  readonly invoiced: boolean;
}

/** The one form of an order number: "hg 2026-0007" and "20260007" are HG20260007. */
export function canonicalOrderId(given: string): string {
  const plain = given.normalize('NFKC').toUpperCase().replaceAll(/[^0-9A-Z]/g, '');
  return /^\d{8}$/.test(plain) ? `HG${plain}` : plain;
}
