import type { IntentExample } from '../train-intent-model.js';

const SENTENCES: Readonly<Record<string, readonly string[]>> = {
  refund: [
    'I want a refund', 'please give me my money back', 'how do I return this kettle', 'refund my order', 'can I send it back and be refunded', 'money back please', 'return the lamp for a refund', 'I would like to get refunded',
    '我要退款', '帮我退货', '这个水壶怎么退', '把钱退给我', '申请退款退货', '买错了想退掉', '退款什么时候到', '不想要了能退吗',
  ],
  delivery: [
    'where is my parcel', 'when will my order arrive', 'track my package', 'has it been shipped yet', 'delivery status please', 'my parcel is late', 'how long does shipping take', 'is my package on its way',
    '我的快递到哪了', '什么时候发货', '物流怎么不动了', '包裹几天能到', '查一下物流', '还没有收到货', '发货了吗', '快递送到哪里了',
  ],
  invoice: [
    'I need an invoice', 'send me the VAT invoice', 'can you issue an invoice for my company', 'invoice with tax number', 'where do I download my invoice', 'email me the invoice', 'invoice for the order', 'I want a company invoice',
    '我要开发票', '电子发票在哪里下载', '公司抬头的发票怎么开', '开一张专票', '发票税号填错了', '补开发票', '发票发到邮箱', '可以开增值税发票吗',
  ],
  hours: [
    'when are you open', 'what are your opening hours', 'until what time is support available', 'are you open on sunday', 'opening times please', 'when can I call a person', 'do you work at night', 'what time do you close',
    '你们几点上班', '人工客服的服务时间', '周末有人吗', '营业时间是几点到几点', '晚上几点下班', '客服几点在线', '节假日营业吗', '早上几点开始营业',
  ],
};

/** A small bilingual set: four labels, eight sentences in each language. */
export const shopExamples: readonly IntentExample[] = Object.entries(SENTENCES).flatMap(([label, texts]) => texts.map((text) => ({ text, label })));
