/** Messages to the sample shop, written after the threshold was chosen. A wish is told by any of its labels. */
export interface SeveralCase {
  readonly text: string;
  /** What is asked for, in order; one for a message that only looks like several. */
  readonly wishes: readonly (readonly string[])[];
}

const order = ['order_status'];
const back = ['refund', 'returns.period'];
const invoice = ['invoice'];
const postage = ['shipping.fee'];
const person = ['human_agent'];

export const TWO: readonly SeveralCase[] = [
  { text: 'where is my order HG20260020 and how do I return it?', wishes: [order, back] },
  { text: 'I need an invoice for my last purchase. Also, how much do you charge for shipping?', wishes: [invoice, postage] },
  { text: 'please cancel order HG20260044, and can I pay with PayPal or a foreign card next time?', wishes: [['cancel_order'], ['payment.foreign_cards', 'payment.methods']] },
  { text: 'Is the air fryer in stock? And do you deliver to Canada?', wishes: [['stock'], ['shipping.abroad']] },
  { text: 'the kettle arrived with a crack in it. I also want to know when my other parcel will arrive', wishes: [['damaged_item'], order] },
  { text: 'What are your opening hours, and how long is the warranty?', wishes: [['service.hours'], ['service.warranty']] },
  { text: 'can I change the delivery address of HG20260031? By the way, do my points expire?', wishes: [['change_address'], ['membership.points_expire']] },
  { text: 'how do I collect points and how do I spend them', wishes: [['membership.points_earn'], ['membership.points_spend']] },
  { text: "I can't log in to my account, and I'd like to speak to a human being", wishes: [['account_login'], person] },
  { text: 'When do I get my money back? Also please send me an invoice.', wishes: [['refund_status', 'returns.refund_time'], invoice] },
  { text: 'Your courier was extremely rude and I want to complain. Where is my parcel anyway?', wishes: [['complaint'], order] },
  { text: 'do you gift wrap, and can I combine two orders into one parcel?', wishes: [['shipping.gift_wrap'], ['shipping.combine']] },
  { text: 'My payment keeps failing. Is paying on delivery possible?', wishes: [['payment_failed'], ['payment.cash_on_delivery']] },
  { text: 'we want to buy 200 pillows for our hotel; do you have a shop we could visit?', wishes: [['bulk_purchase'], ['service.stores']] },
  { text: 'one of the two bottles is missing from the box, and which courier do you use?', wishes: [['missing_item'], ['shipping.carrier']] },
  { text: '我的订单到哪了？另外怎么开发票', wishes: [order, invoice] },
  { text: '想把水壶退掉，顺便问一下退货的运费谁出', wishes: [back, ['returns.freight']] },
  { text: '帮我取消订单HG20260044，还有优惠券会退给我吗', wishes: [['cancel_order'], ['returns.coupon_back']] },
  { text: '空气炸锅还有货吗？你们发香港吗？', wishes: [['stock'], ['shipping.hk_macau_taiwan']] },
  { text: '收到的杯子碎了，另外我还有一个包裹一直没到，帮我查一下', wishes: [['damaged_item'], order] },
  { text: '你们几点上班，保修期是多久', wishes: [['service.hours'], ['service.warranty']] },
  { text: '收货地址写错了要改一下。对了，积分会过期吗？', wishes: [['change_address'], ['membership.points_expire']] },
  { text: '怎么成为会员，会员有哪些等级', wishes: [['membership.join'], ['membership.levels']] },
  { text: '账号登录不了，给我转人工', wishes: [['account_login'], person] },
  { text: '退款什么时候到账？发票也麻烦开一下', wishes: [['refund_status', 'returns.refund_time'], invoice] },
  { text: '你们快递员态度太差了我要投诉，还有我的货现在到哪了', wishes: [['complaint'], order] },
  { text: '可以礼品包装吗？两个订单能不能合并发货？', wishes: [['shipping.gift_wrap'], ['shipping.combine']] },
  { text: '一直付款失败怎么回事，能货到付款吗', wishes: [['payment_failed'], ['payment.cash_on_delivery']] },
  { text: '公司想采购一百个枕头，另外你们有线下门店吗', wishes: [['bulk_purchase'], ['service.stores']] },
  { text: '包裹里少了一根充电线，顺便问问你们用哪家快递', wishes: [['missing_item'], ['shipping.carrier']] },
];

export const ONE: readonly SeveralCase[] = [
  { text: 'Hello, good morning. I ordered last week and nothing came, where is it?', wishes: [order] },
  { text: 'yes, and thanks for the quick reply', wishes: [['thanks']] },
  { text: 'Flat 4, 12 Harbour Road, Wan Chai, Hong Kong', wishes: [['change_address']] },
  { text: 'do you have the kettle, the fan and the humidifier in stock', wishes: [['stock']] },
  { text: "HG20260041, it's too noisy and I no longer need it", wishes: [['refund']] },
  { text: 'The lid is broken and the handle is scratched, it came like that', wishes: [['damaged_item']] },
  { text: 'I moved house, so please send it to my new address', wishes: [['change_address']] },
  { text: 'it has been ten days, the tracking never changes and nobody tells me anything about my parcel', wishes: [order] },
  { text: 'Is there a person there? I would like to talk to somebody, please', wishes: [person] },
  { text: 'Please make out the invoice to my company, Sunrise Trading Ltd, and send it by e-mail', wishes: [invoice] },
  { text: 'my son loves music and sport, which of your bands would you recommend', wishes: [['product_recommendation']] },
  { text: 'I paid twice, or at least my bank says so, and the order still shows as unpaid', wishes: [['payment_failed']] },
  { text: 'what is the difference between the air fryer A1 and the A2, and which one is bigger?', wishes: [['compare_products']] },
  { text: 'thank you, that was all, bye', wishes: [['goodbye', 'thanks']] },
  { text: "You sent a blue one, I ordered red, that's the wrong colour", wishes: [['wrong_item']] },
  { text: '你好，在吗，我上周买的东西到哪里了', wishes: [order] },
  { text: '好的，没问题，谢谢你', wishes: [['thanks']] },
  { text: '上海市浦东新区世纪大道100号，5楼，张小姐，收', wishes: [['change_address']] },
  { text: '水壶、风扇、加湿器，这几个现在都有货吗', wishes: [['stock']] },
  { text: 'HG20260041，声音太大了，不想要了', wishes: [['refund']] },
  { text: '盖子裂了，把手也有划痕，收到就这样', wishes: [['damaged_item']] },
  { text: '我搬家了，麻烦寄到新的地址', wishes: [['change_address']] },
  { text: '都十天了，物流一直不更新，包裹到底在哪', wishes: [order] },
  { text: '有没有真人，我想找个人工客服说话', wishes: [person] },
  { text: '发票抬头开公司的，名称是晨光贸易，发到我邮箱', wishes: [invoice] },
  { text: '送给妈妈，她睡眠不好，有什么推荐的吗', wishes: [['product_recommendation']] },
  { text: '银行卡扣了钱，订单还显示没付款，怎么回事', wishes: [['payment_failed']] },
  { text: '这两款空气炸锅有什么区别，哪个大一点', wishes: [['compare_products']] },
  { text: '没别的事了，谢谢，再见', wishes: [['goodbye', 'thanks']] },
  { text: '我买的红色，你们发来蓝色的，颜色发错了', wishes: [['wrong_item']] },
];
