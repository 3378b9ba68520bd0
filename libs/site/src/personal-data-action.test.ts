import { describe, expect, it } from 'vitest';
import { parseSite } from './parse/parse-site.js';
import { personalDataAction } from './personal-data-action.js';

const site = (ofSite: string, ofTenant: string) =>
  parseSite(new Map([['site.yaml', new TextEncoder().encode(`name: shop
title: { zh: 店, en: shop }
languages: [zh, en]
egress: allowed
${ofSite}
tenants:
  - id: demo
    keys: [{ id: k, hash: 'sha256:${'0'.repeat(64)}', scopes: [ask] }]
    ${ofTenant}
texts: { refused: &t { zh: 无, en: no }, handedOver: *t, unknown: *t, failed: *t, expired: *t, cancelled: *t }
`)]]));

describe('what becomes of personal data', () => {
  it.each([
    ['is masked where nothing is said', '', '', 'mask'],
    ['is what the site says of the kind', 'personalData: { phone: refuse }', '', 'refuse'],
    ['is what the site says of all others', 'personalData: { others: refuse, email: mask }', '', 'refuse'],
    ['is what the tenant says, before the site', 'personalData: { phone: refuse }', 'personalData: { phone: allow }', 'allow'],
    ['is what names the kind, before "others"', 'personalData: { phone: refuse }', 'personalData: { others: allow }', 'refuse'],
    ['is what the tenant says of others, before the site does', 'personalData: { others: refuse }', 'personalData: { others: mask }', 'mask'],
  ])('%s', (_title, ofSite, ofTenant, action) => {
    const { site: parsed, problems } = site(ofSite, ofTenant);
    expect(problems).toBeUndefined();
    expect(parsed && personalDataAction(parsed.settings, 'demo', 'phone')).toBe(action);
    expect(parsed && personalDataAction(parsed.settings, 'unheard-of', 'qq')).toBe(ofSite.includes('others: refuse') ? 'refuse' : 'mask');
  });

  it.each([
    ['a kind that does not exist', 'personalData: { phones: refuse }', '', 5, 'personalData.phones: is not a known key (did you mean "phone"?)'],
    ['an action that does not exist', '', 'personalData: { email: hide }', 9, 'tenants.0.personalData.email: Invalid option: expected one of "mask"|"refuse"|"allow"'],
  ])('%s is told with its line', (_title, ofSite, ofTenant, line, reason) => {
    expect(site(ofSite, ofTenant).problems).toEqual([{ file: 'site.yaml', line, reason }]);
  });
});
