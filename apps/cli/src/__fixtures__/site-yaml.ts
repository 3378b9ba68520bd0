const text = (word: string): string => `{ zh: ${word}, en: ${word} }`;

/** The least that a `site.yaml` must hold. */
export const SITE_YAML = `name: mini
title: ${text('mini')}
languages: [zh, en]
egress: blocked
tenants:
  - id: demo
    keys: [{ id: k, hash: "sha256:${'0'.repeat(64)}", scopes: [ask] }]
texts: { ${['refused', 'handedOver', 'unknown', 'failed', 'expired', 'cancelled'].map((name) => `${name}: ${text(name)}`).join(', ')} }
`;
