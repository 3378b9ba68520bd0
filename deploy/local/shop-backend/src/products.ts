export interface Product {
  readonly sku: string;
  readonly nameZh: string;
  readonly nameEn: string;
  /** CNY. */
  readonly price: number;
  readonly inStock: number;
  /** Day on which more is expected, where nothing is left. */
  readonly restockOn: string | null;
}

const product = (sku: string, nameZh: string, nameEn: string, price: number, inStock: number, restockOn: string | null = null): Product => ({ sku, nameZh, nameEn, price, inStock, restockOn });

/** What the shop sells. S1 is sold out and H2 nearly, so that every answer about stock can be seen. */
export const PRODUCTS: readonly Product[] = [
  product('K2', '电热水壶', 'AirPot kettle', 199, 86),
  product('F1', '台式风扇', 'Breeze desk fan', 129, 240),
  product('L3', '护眼台灯', 'Lumo desk lamp', 159, 52),
  product('P1', '云朵枕', 'Cloud pillow', 89, 310),
  product('B5', '保温杯', 'Trail bottle', 59, 418),
  product('H2', '静音加湿器', 'Hush humidifier', 249, 3),
  product('A4', '空气炸锅', 'Crisp air fryer', 399, 27),
  product('V7', '扫地机器人', 'Swift robot vacuum', 1_899, 14),
  product('S1', '智能手环', 'Pulse smart band', 299, 0, '2026-12-05'),
  product('N1', '小夜灯', 'Glow night light', 49, 190),
];
