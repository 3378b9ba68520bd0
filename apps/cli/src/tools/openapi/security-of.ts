import { below, isPart, listOf, NotTaken, partOf, resolve, textOf, type Part } from './document.js';

/** How a call says who it is: by names of environment variables, never by a value. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  /** Of the URL: `key=${SHOP_KEY}`. */
  readonly query: readonly string[];
  readonly variables: readonly string[];
}

const inCapitals = (text: string): string => text.normalize('NFKD').replace(/(?<=[a-z\d])(?=[A-Z])/gu, '_').replace(/[^A-Za-z0-9]+/gu, '_').replace(/^_+|_+$/gu, '').toUpperCase();

/** The name of a variable, made of the document's title and of what it is for. */
export function variableName(title: string, what: string): string {
  const name = [inCapitals(title), inCapitals(what)].filter((part) => part !== '').join('_').slice(0, 60);
  return /^[A-Z]/u.test(name) ? name : `API_${name}`;
}

function credentialOf(scheme: Part, pointer: string, variable: string): Omit<Credentials, 'variables'> {
  const type = scheme['type'];
  if (type === 'oauth2' || type === 'openIdConnect') return { headers: { Authorization: `Bearer \${${variable}}` }, query: [] };
  if (type === 'http') {
    const how = String(scheme['scheme']).toLowerCase();
    if (how === 'bearer') return { headers: { Authorization: `Bearer \${${variable}}` }, query: [] };
    if (how === 'basic') return { headers: { Authorization: `Basic \${${variable}}` }, query: [] };
    throw new NotTaken(below(pointer, 'scheme'), `asks for ${how}, which tools cannot do`);
  }
  const name = textOf(scheme['name']);
  if (type !== 'apiKey' || name === undefined || !/^[\w.-]+$/u.test(name)) throw new NotTaken(pointer, `asks for ${String(type)}, which tools cannot do`);
  if (scheme['in'] === 'query') return { headers: {}, query: [`${name}=\${${variable}}`] };
  return { headers: scheme['in'] === 'cookie' ? { Cookie: `${name}=\${${variable}}` } : { [name]: `\${${variable}}` }, query: [] };
}

/**
 * The credentials of an operation: the first of the alternatives that tools can give.
 * @throws NotTaken where they can give none
 */
export function securityOf(document: Part, operation: Part, pointer: string, title: string): Credentials {
  const own = operation['security'];
  const [alternatives, at] = own === undefined ? [listOf(document['security']), '#/security'] : [listOf(own), below(pointer, 'security')];
  const none: Credentials = { headers: {}, query: [], variables: [] };
  if (alternatives.length === 0) return none;
  let refused: NotTaken | undefined;
  for (const [index, alternative] of alternatives.entries()) {
    try {
      return Object.keys(partOf(alternative)).reduce<Credentials>((all, name) => {
        const schemes = partOf(partOf(document['components'])['securitySchemes']);
        if (!isPart(schemes[name])) throw new NotTaken(below(at, index), `names the security scheme ${name}, which does not exist`);
        const { part, pointer: place } = resolve(document, schemes[name], below('#/components/securitySchemes', name));
        const variable = variableName(title, name);
        const one = credentialOf(part, place, variable);
        return { headers: { ...all.headers, ...one.headers }, query: [...all.query, ...one.query], variables: [...all.variables, variable] };
      }, none);
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      refused ??= error;
    }
  }
  throw refused ?? new NotTaken(at, 'names no way to say who calls');
}
