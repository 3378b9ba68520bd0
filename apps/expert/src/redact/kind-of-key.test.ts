import { expect, it } from 'vitest';
import { kindOfKey } from './kind-of-key.js';

it.each([
  ['phone', 'phone'], ['receiver.mobile', 'phone'], ['contactPhone', 'phone'], ['phone_number', 'phone'], ['收件人电话', 'phone'], ['orders.0.tel', 'phone'],
  ['email', 'email'], ['billing.emailAddress', 'email'], ['shippingAddress', 'address'], ['delivery.street', 'address'], ['收货地址', 'address'],
  ['receiver', 'person_name'], ['receiverName', 'person_name'], ['receiver.name', 'person_name'], ['order.shipping-contact.fullName', 'person_name'], ['first_name', 'person_name'], ['姓名', 'person_name'], ['收件人', 'person_name'], ['收件人姓名', 'person_name'], ['customer.name', 'person_name'],
  ['idCard', 'resident_id'], ['身份证号', 'resident_id'], ['passportNo', 'passport'], ['iban', 'iban'], ['cardNumber', 'credit_card'], ['bankAccount', 'bank_card'], ['licensePlate', 'licence_plate'], ['weChatId', 'wechat'], ['qq', 'qq'], ['clientIp', 'ip_address'],
])('%s holds a %s', (path, kind) => expect(kindOfKey(path)).toBe(kind));

it.each(['', '0', 'name', 'items.0.name', 'product.name', 'status', 'customerId', 'memberLevel', 'telescope', 'hotel', 'description', 'shipping.method', 'recipe', 'addressed', 'total', '订单号', '客户编号', 'email_verified', 'byPhone.13900139000'])('%s tells of none', (path) => expect(kindOfKey(path)).toBeUndefined());
