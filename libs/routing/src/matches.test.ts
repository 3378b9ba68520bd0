import { describe, expect, it } from 'vitest';
import { Condition } from '@switchyard/site';
import { matches } from './matches.js';

const facts = {
  intent: 'refund',
  confidence: 0.8,
  slots: ['order_number', 'amount'],
  curated: { id: null, confidence: 0.2 },
  open: { flow: null, fits: null },
  available: { localModel: false },
  budgetLeftUsd: 0,
  language: 'zh',
  note: 'a b c',
  none: [],
};

describe('matches', () => {
  it.each<[string, Condition, boolean]>([
    ['holds when there is nothing to test', {}, true],
    ['compares a scalar', { intent: 'refund' }, true],
    ['tells another scalar apart', { intent: 'cancel' }, false],
    ['does not mix types', { confidence: '0.8' }, false],
    ['takes a list as alternatives', { language: ['en', 'zh'] }, true],
    ['fails where no alternative fits', { language: ['en', 'mixed'] }, false],
    ['follows a dotted path', { 'curated.confidence': { lt: 0.5 } }, true],
    ['reads a missing path as null', { 'no.such.path': null }, true],
    ['reads a path through a scalar as null', { 'intent.length': null }, true],
    ['does not see inherited properties', { 'slots.constructor': { not: null } }, false],
    ['matches a false value', { 'available.localModel': false }, true],
    ['needs every test to hold', { intent: 'refund', language: 'en' }, false],
    ['compares with every bound that is named', { confidence: { gte: 0.8, lt: 0.9 } }, true],
    ['excludes the bound of gt', { confidence: { gt: 0.8 } }, false],
    ['includes the bound of lte', { confidence: { lte: 0.8 } }, true],
    ['finds nothing less than a number where the value is missing', { 'no.number': { lt: 5 } }, false],
    ['finds zero less than one', { budgetLeftUsd: { lt: 1 } }, true],
    ['negates a scalar', { intent: { not: 'oos' } }, true],
    ['negates null', { 'open.flow': { not: null } }, false],
    ['negates a list', { intent: { not: ['refund', 'oos'] } }, false],
    ['takes `in` as alternatives', { intent: { in: ['cancel', 'refund'] } }, true],
    ['takes `is` beside a bound', { confidence: { is: 0.8, gt: 0.5 } }, true],
    ['tests membership of a list', { slots: { contains: 'amount' } }, true],
    ['misses what is not a member', { slots: { contains: 'sku' } }, false],
    ['tests a part of a string', { note: { contains: 'b' } }, true],
    ['finds nothing in a missing list', { pii: { contains: 'email' } }, false],
    ['matches a list value by any of its elements', { slots: 'amount' }, true],
    ['matches a list value against a list of alternatives', { slots: ['sku', 'amount'] }, true],
    ['negates membership of a list value', { slots: { not: 'amount' } }, false],
    ['finds no element in an empty list', { none: ['a', 'b'] }, false],
    ['holds where one alternative of `any` holds', { any: [{ intent: 'cancel' }, { confidence: { gte: 0.8 } }] }, true],
    ['fails where no alternative of `any` holds', { any: [{ intent: 'cancel' }, { language: 'en' }] }, false],
    ['never holds for an empty `any`', { any: [] }, false],
    ['needs `any` and the other tests', { intent: 'cancel', any: [{ language: 'zh' }] }, false],
    ['nests alternatives', { any: [{ language: 'zh', any: [{ intent: 'x' }, { slots: { contains: 'amount' } }] }] }, true],
  ])('%s', (_title, condition, holds) => {
    expect(matches(Condition.parse(condition), facts)).toBe(holds);
  });
});
