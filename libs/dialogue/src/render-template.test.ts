import { describe, expect, it } from 'vitest';
import { MeshError } from '@switchyard/errors';
import { render, renderValue } from './render-template.js';

const scope = {
  slots: { order_id: 'HG20260001', note: '{{results.order.total}} </script>' },
  results: { order: { total: 1299.5, status: 'shipped', paidAt: '2026-03-04T18:30:00Z', due: '2026-03-04', items: ['K2', 'L3'], count: 1, gone: null, nested: {} } },
  request: { language: 'zh' },
};

describe('a template', () => {
  it.each([
    ['{{slots.order_id}}', 'HG20260001', 'HG20260001'],
    ['{{ results.order.total | money:CNY }}', '¥1,299.50', '¥1,299.50'],
    ['{{results.order.total|money:USD}}', '$1,299.50', '$1,299.50'],
    // 18:30 in UTC is the next day in Shanghai.
    ['{{results.order.paidAt | date}}', '2026年3月5日', 'Mar 5, 2026'],
    ['{{results.order.paidAt | date:UTC}}', '2026年3月4日', 'Mar 4, 2026'],
    ['{{results.order.due | date:America/New_York}}', '2026年3月4日', 'Mar 4, 2026'],
    ['{{results.order.paidAt | datetime}}', '2026年3月5日 02:30', 'Mar 5, 2026, 02:30'],
    ['{{results.order.status | words:"shipped=已发货,delivered=已签收"}}', '已发货', '已发货'],
    ['{{results.order.status | words:"paid=已付款"}}', 'shipped', 'shipped'],
    ['{{results.order.count}} {{results.order.count | plural:"item,items"}}', '1 item', '1 item'],
    ['{{results.order.total | plural:"yuan,yuans"}}', 'yuans', 'yuans'],
    ['{{results.order.items}}', 'K2、L3', 'K2, L3'],
    ['{{results.order.gone | default:"无 | }} 1"}}', '无 | }} 1', '无 | }} 1'],
    ['{{results.order.gone | money:CNY | default:"–"}}', '–', '–'],
    ['没有变量 { } 100%', '没有变量 { } 100%', '没有变量 { } 100%'],
  ])('%s', (template, zh, en) => {
    expect(render(template, scope, 'zh')).toBe(zh);
    expect(render(template, scope, 'en')).toBe(en);
  });

  it('puts a value in as it is, even one that looks like a template', () => {
    expect(render('{{slots.note}}', scope, 'zh')).toBe('{{results.order.total}} </script>');
  });

  it.each([
    ['{{results.order.missing}}', 'results.order.missing'],
    ['{{results.order.gone}}', 'results.order.gone'],
    ['{{results.order.nested}}', 'results.order.nested'],
    ['{{results.constructor}}', 'results.constructor'],
    ['{{slots.order_id.length}}', 'slots.order_id.length'],
    ['{{results.order.status | money:CNY}}', 'results.order.status'],
    ['{{results.order.status | date}}', 'results.order.status'],
    ['{{results.order.status | shout}}', 'results.order.status'],
  ])('never prints undefined: %s names its path', (template, path) => {
    const error: unknown = (() => {
      try {
        return render(template, scope, 'en');
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(MeshError.is(error) && error.code).toBe('SITE_INVALID');
    expect(error).toMatchObject({ field: path });
  });

  it('that is one variable keeps the type of its value', () => {
    expect(renderValue('{{results.order.count}}', scope, 'en')).toBe(1);
    expect(renderValue('{{results.order.count}}.', scope, 'en')).toBe('1.');
  });
});
