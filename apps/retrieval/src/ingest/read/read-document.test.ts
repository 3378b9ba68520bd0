import { describe, expect, it } from 'vitest';
import { docx, xlsx } from '../../__fixtures__/office-files.js';
import { pdf } from '../../__fixtures__/pdf-files.js';
import { readDocument } from './read-document.js';

describe('readDocument', () => {
  it('keeps headings, lists and tables of a Word document', async () => {
    const content = docx([{ heading: 1, text: '退货说明' }, '签收之日起15天内可以退货。', { heading: 2, text: '运费' }, { bullets: ['质量问题：我们承担', '其他：您承担'] }, { table: [['方式', '运费'], ['标准', '8元'], ['快递', '20元']] }]);
    expect((await readDocument({ fileName: 'a.docx', content })).blocks).toEqual([
      { kind: 'heading', level: 1, text: '退货说明' },
      { kind: 'paragraph', text: '签收之日起15天内可以退货。' },
      { kind: 'heading', level: 2, text: '运费' },
      { kind: 'list', items: ['质量问题：我们承担', '其他：您承担'] },
      { kind: 'table', header: ['方式', '运费'], rows: [['标准', '8元'], ['快递', '20元']] },
    ]);
  });

  it('takes the rows of a workbook with question and answer columns as pairs, and any other sheet as a table', async () => {
    const content = xlsx([
      { name: '常见问题', rows: [['客服常见问题 2026'], [], ['编号', '问题', '答案', '相似问法'], [1, '多久到账？', '五天。', '什么时候退款|几天到账'], [2, '', '没有问题', '']] },
      { name: 'Sheet2', rows: [['Product', 'Discount', 'From'], ['Kettle', { value: 0.15, format: 'percent' }, { value: 46_000, format: 'date' }], ['Lamp', { value: 0.2, format: 'percent' }, null]] },
      { name: 'internal', hidden: true, rows: [['cost', 'margin'], [1, 2]] },
    ]);
    expect((await readDocument({ fileName: 'a.xlsx', content })).blocks).toEqual([
      { kind: 'heading', level: 1, text: '常见问题' },
      { kind: 'paragraph', text: '客服常见问题 2026' },
      { kind: 'qa', question: '多久到账？', answer: '五天。', variants: ['什么时候退款', '几天到账'] },
      { kind: 'table', header: ['Product', 'Discount', 'From'], rows: [['Kettle', '15%', '2025-12-09'], ['Lamp', '20%', '']] },
    ]);
  });

  it('says a cell that is merged over several rows for each of them', async () => {
    const content = xlsx([{ name: 'S', rows: [['Zone', 'City', 'Days'], ['East', 'Shanghai', 1], [null, 'Suzhou', 2]], merges: ['A2:A3'] }]);
    expect((await readDocument({ fileName: 'a.xlsx', content })).blocks.at(-1)).toEqual({ kind: 'table', header: ['Zone', 'City', 'Days'], rows: [['East', 'Shanghai', '1'], ['East', 'Suzhou', '2']] });
  });

  it('finds headings, paragraphs, lists and pages of a PDF, without its headers and page numbers', async () => {
    const page = (number: number, title: string, ...lines: string[]) => [
      { text: '商城帮助中心', size: 8, y: 820 },
      { text: title, size: 18, y: 780 },
      ...lines.map((text) => ({ text })),
      { text: `- ${number} -`, size: 8, y: 30 },
    ];
    const content = pdf([page(1, '退货说明', '签收之日起15天内可以无理由退货，商品应当', '完好。'), page(2, 'Delivery', 'Standard delivery takes two', 'working days.', '• Express: one day', '• Pick-up: free'), page(3, '保修', '保修期为一年。')]);
    expect((await readDocument({ fileName: 'a.pdf', content })).blocks).toEqual([
      { kind: 'heading', level: 1, text: '退货说明', page: 1 },
      { kind: 'paragraph', text: '签收之日起15天内可以无理由退货，商品应当完好。', page: 1 },
      { kind: 'heading', level: 1, text: 'Delivery', page: 2 },
      { kind: 'paragraph', text: 'Standard delivery takes two working days.', page: 2 },
      { kind: 'list', items: ['• Express: one day', '• Pick-up: free'], page: 2 },
      { kind: 'heading', level: 1, text: '保修', page: 3 },
      { kind: 'paragraph', text: '保修期为一年。', page: 3 },
    ]);
  });
});
