import type { Order, OrderItem, OrderStatus } from './order.js';
import { PRODUCTS, type Product } from './products.js';
import { before } from './shop-clock.js';

/** A run of order numbers that are in one state; `deliveredDaysAgo` tells orders of one state apart. */
interface Group {
  readonly first: number;
  readonly last: number;
  readonly status: OrderStatus;
  readonly deliveredDaysAgo?: { readonly from: number; readonly step: number };
  readonly invoiced?: boolean;
}

/** Which numbers are in which state; the README holds the same table. */
const GROUPS: readonly Group[] = [
  { first: 1, last: 6, status: 'unpaid' },
  { first: 7, last: 18, status: 'paid' },
  { first: 19, last: 30, status: 'shipped' },
  { first: 31, last: 44, status: 'delivered', deliveredDaysAgo: { from: 1, step: 1 } },
  { first: 45, last: 46, status: 'delivered', deliveredDaysAgo: { from: 3, step: 2 }, invoiced: true },
  { first: 47, last: 50, status: 'delivered', deliveredDaysAgo: { from: 20, step: 15 } },
  { first: 51, last: 52, status: 'delivered', deliveredDaysAgo: { from: 200, step: 20 } },
  { first: 53, last: 56, status: 'cancelled' },
  { first: 57, last: 60, status: 'refunded', deliveredDaysAgo: { from: 8, step: 1 } },
];

const ADDRESSES = [
  '上海市浦东新区世纪大道 100 号 12 楼',
  '北京市朝阳区望京街 9 号 3 单元 502',
  '广东省深圳市南山区科苑路 15 号 B 座',
  '浙江省杭州市西湖区文三路 268 号',
  '四川省成都市武侯区天府二街 88 号',
  '浙江省宁波市鄞州区天童南路 168 号 1 栋 1203',
] as const;
const CARRIERS = [
  { zh: '顺丰速运', en: 'SF Express', prefix: 'SF' },
  { zh: '中通快递', en: 'ZTO Express', prefix: 'ZT' },
  { zh: '圆通速递', en: 'YTO Express', prefix: 'YT' },
] as const;

const FREE_SHIPPING_FROM = 99;
const SHIPPING = 8;

function pick<Value>(list: readonly Value[], index: number): Value {
  const value = list[index % list.length];
  if (value === undefined) throw new RangeError('the list is empty');
  return value;
}

const itemOf = ({ sku, nameZh, nameEn, price }: Product, quantity: number): OrderItem => ({ sku, nameZh, nameEn, price, quantity });

/** Every third order holds two products, every fifth two pieces of the first. */
function itemsOf(number: number): OrderItem[] {
  const first = itemOf(pick(PRODUCTS, number), number % 5 === 0 ? 2 : 1);
  return number % 3 === 0 ? [first, itemOf(pick(PRODUCTS, number + 4), 1)] : [first];
}

interface Times {
  readonly orderedAt: string;
  readonly paidAt: string | null;
  readonly shippedAt: string | null;
  readonly deliveredAt: string | null;
}

/** When the steps of an order happened, each before the next. `offset` counts within the group. */
function timesOf(group: Group, offset: number): Times {
  const { from, step } = group.deliveredDaysAgo ?? { from: 0, step: 0 };
  const delivered = from + offset * step;
  switch (group.status) {
    case 'unpaid':
      return { orderedAt: before(0, offset + 1), paidAt: null, shippedAt: null, deliveredAt: null };
    case 'cancelled':
      return { orderedAt: before(10 + offset), paidAt: null, shippedAt: null, deliveredAt: null };
    case 'paid':
      return { orderedAt: before(0, offset + 2), paidAt: before(0, offset + 1), shippedAt: null, deliveredAt: null };
    case 'shipped':
      return { orderedAt: before(2, offset + 3), paidAt: before(2, offset + 2), shippedAt: before(1, offset), deliveredAt: null };
    default:
      return { orderedAt: before(delivered + 4), paidAt: before(delivered + 4, -1), shippedAt: before(delivered + 3), deliveredAt: before(delivered) };
  }
}

function sampleOrder(group: Group, number: number): Order {
  const items = itemsOf(number);
  const goods = items.reduce((sum, item) => sum + item.price * item.quantity, 0);
  const shipping = goods >= FREE_SHIPPING_FROM ? 0 : SHIPPING;
  const times = timesOf(group, number - group.first);
  const carrier = times.shippedAt === null ? undefined : pick(CARRIERS, number);
  return {
    id: `HG${20_260_000 + number}`,
    status: group.status,
    items,
    shipping,
    total: goods + shipping,
    address: pick(ADDRESSES, number),
    carrierZh: carrier?.zh ?? null,
    carrierEn: carrier?.en ?? null,
    trackingNumber: carrier ? `${carrier.prefix}${String(7_300_000_000 + number * 7_919)}` : null,
    ...times,
    invoiced: group.invoiced ?? false,
  };
}

/** The 60 orders of the sample, the same on every machine and every day. */
export function sampleOrders(): Order[] {
  return GROUPS.flatMap((group) => Array.from({ length: group.last - group.first + 1 }, (_, offset) => sampleOrder(group, group.first + offset)));
}
