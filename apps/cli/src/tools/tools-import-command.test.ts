import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readSiteFolder } from '@switchyard/config';
import { parseSite } from '@switchyard/site';
import { runCommand, type CommandRun } from '../__fixtures__/run-command.js';
import { SITE_YAML } from '../__fixtures__/site-yaml.js';
import { siteCheckCommand } from '../site/site-check-command.js';
import { ORDERS_API } from './__fixtures__/orders-api.js';
import { toolsImportCommand } from './tools-import-command.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'switchyard-import-'))));
afterEach(() => rm(folder, { recursive: true }));

async function importing(document: string, ...options: string[]): Promise<CommandRun & { tools: Record<string, Record<string, unknown>> }> {
  const file = join(folder, 'orders.yaml');
  await writeFile(file, document);
  const run = await runCommand(toolsImportCommand(), [file, ...options]);
  const tools = options.includes('--json') || run.out === '' ? [] : (parse(run.out) as { name: string }[] | string);
  return { ...run, tools: Object.fromEntries(Array.isArray(tools) ? tools.map((tool) => [tool.name, tool]) : []) };
}
const problemsIn = ({ error }: CommandRun): string[] => error.split('\n').filter((line) => line.includes('orders.yaml #')).map((line) => line.slice(line.indexOf(' #') + 1));
const small = (paths: object, more: object = {}): string => JSON.stringify({ openapi: '3.1.0', info: { title: 'Small', version: '1' }, servers: [{ url: 'https://small.example' }], paths, ...more });

describe('importing tools of OpenAPI', () => {
  it('makes a tool that looks up of a GET: parameters, result, errors, and the secret by reference', async () => {
    const { tools, exitCode, error } = await importing(ORDERS_API);
    expect(exitCode).toBe(0);
    expect(tools['getOrder']).toEqual({
      name: 'getOrder',
      description: { zh: 'Looks an order up', en: 'Looks an order up' },
      effect: 'read',
      method: 'GET',
      url: 'https://eu.shop.example/v2/orders/{orderId}',
      headers: { Authorization: 'Bearer ${ORDERS_API_TOKEN}' },
      arguments: {
        type: 'object',
        properties: {
          orderId: { type: 'string', description: 'The number on the receipt', pattern: '^HG[0-9]{8}$' },
          fields: { type: 'array', items: { type: 'string' } },
          'X-Locale': { type: ['string', 'null'], description: 'Language of the answer', enum: ['zh', 'en', null] },
        },
        required: ['orderId'],
        additionalProperties: false,
      },
      argumentsIn: { fields: 'query', 'X-Locale': 'header' },
      result: {
        type: 'object',
        properties: { id: { type: 'string' }, status: { type: ['string', 'null'], enum: ['open', 'sent', null] }, total: { type: 'number', exclusiveMinimum: 0 }, sentAt: { type: ['string', 'null'], format: 'date-time' } },
        required: ['id', 'status'],
      },
      errors: { '404': 'not_found' },
    });
    expect(error).toContain("needs in the worker's environment: ORDERS_API_TOKEN, ORDERS_API_KEY\n");
  });

  it('makes a tool with an effect of the others: fields of the body as arguments, a list as the whole body', async () => {
    const { tools } = await importing(ORDERS_API);
    expect(tools['changeOrder']).toMatchObject({
      effect: 'write',
      method: 'PATCH',
      arguments: { properties: { orderId: {}, dryRun: { type: 'boolean' }, address: { minLength: 5 }, note: { maxLength: 200 } }, required: ['orderId', 'address'] },
      argumentsIn: { dryRun: 'query' },
      errors: { '409': 'conflict' },
    });
    expect(tools['changeOrder']).not.toHaveProperty('result');
    expect(tools['create_orders']).toMatchObject({
      url: 'https://eu.shop.example/v2/orders?api_key=${ORDERS_API_KEY}',
      arguments: { properties: { body: { type: 'array', items: { type: 'object', properties: { count: { type: 'integer', format: 'int32' } } } } }, required: ['body'] },
      argumentsIn: { body: 'body' },
    });
    expect(tools['head_orders']).toMatchObject({ method: 'HEAD', effect: 'read' });
    expect(Object.keys(tools)).toEqual(['getOrder', 'changeOrder', 'head_orders', 'create_orders']);
  });

  it('names what it does not take, with its place, and goes on', async () => {
    expect(problemsIn(await importing(ORDERS_API))).toEqual([
      '#/paths/~1orders~1{orderId}/get/parameters/2: goes into a cookie: the parameter is left out',
      '#/components/schemas/Line/properties/sku/pattern: could take too long to check, or is none',
      '#/paths/~1orders/options: is OPTIONS, which tools do not call',
      '#/components/schemas/Node/properties/children/items: leads back to itself: #/components/schemas/Node -> #/components/schemas/Node (GET /tree is left out)',
      '#/paths/~1upload/post/requestBody: takes multipart/form-data and no JSON (POST /upload is left out)',
      '#/paths/~1search/get/parameters/0/style: is written in the style deepObject (GET /search is left out)',
      '#/paths/~1secret~1${SHOP_KEY}/get: has a path with a sign that a tool’s URL reads otherwise',
      '#/paths/~1elsewhere/servers/0/url: leads to a link-local address (GET /elsewhere is left out)',
      '#/paths/~1inside/servers/0/url: leads to a private address; where that is meant, say --network private (GET /inside is left out)',
      '#/paths/~1dangling/get/parameters/0: refers to #/components/parameters/Nothing, which does not exist (GET /dangling is left out)',
      '#/components/securitySchemes/digest/scheme: asks for digest, which tools cannot do (GET /digest is left out)',
    ]);
  });

  it('takes only what is asked for, and private networks only where they are meant', async () => {
    const run = await importing(ORDERS_API, '--only', 'inside,getNothing', '--network', 'private');
    expect(run.tools).toMatchObject({ inside: { network: 'private', url: 'http://10.0.0.7:8080/inside', headers: { Authorization: 'Basic ${ORDERS_API_BASIC}' }, description: { en: 'GET /inside' } } });
    expect(problemsIn(run)).toEqual(['#/paths/~1inside/get/summary: reads like an instruction to a model', '#/paths: there is no operation getNothing']);
  });

  it.each<[string, object, object, string]>([
    ['a server that would send a secret along', { get: {} }, { servers: [{ url: 'https://evil.example/${SHOP_KEY}' }] }, '#/servers/0/url: holds a sign that stands for variables (GET /x is left out)'],
    ['a server with a variable without a value', { get: {} }, { servers: [{ url: 'https://{host}/x' }] }, '#/servers/0/url: has the variable host without a default (GET /x is left out)'],
    ['a schema in another document', { get: { responses: { '200': { content: { 'application/json': { schema: { $ref: 'other.yaml#/X' } } } } } } }, {}, '#/paths/~1x/get/responses/200/content/application~1json/schema: refers to another document (other.yaml#/X): bundle it into one first (GET /x is left out)'],
    ['a reference to itself', { get: { parameters: [{ $ref: '#/components/parameters/A' }] } }, { components: { parameters: { A: { $ref: '#/components/parameters/A' } } } }, '#/paths/~1x/get/parameters/0: leads back to itself: #/components/parameters/A -> #/components/parameters/A (GET /x is left out)'],
    ['a schema that is none', { get: { responses: { '200': { content: { 'application/json': { schema: { type: 'sum' } } } } } } }, {}, '#/paths/~1x/get: has no sound JSON Schema of its result: schema is invalid: data/type must be equal to one of the allowed values, data/type must be array, data/type must match a schema in anyOf'],
    ['two values of one name', { get: { parameters: [{ name: 'a', in: 'query', schema: { type: 'string' } }, { name: 'a', in: 'header', required: true, schema: { type: 'string' } }] } }, {}, '#/paths/~1x/get/parameters/1: has two values of the name a, in different places (GET /x is left out)'],
    ['an answer that is no JSON', { get: { responses: { '200': { content: { 'text/html': {} } } } } }, {}, '#/paths/~1x/get/responses/200/content: answers with text/html and no JSON (GET /x is left out)'],
  ])('does not take %s', async (_title, item, more, problem) => {
    const run = await importing(small({ '/x': item }, more));
    expect([problemsIn(run)[0], run.exitCode]).toEqual([problem, 1]);
  });

  it('fills in what 3.1 says beside a reference, and takes a body whose fields have names of parameters as a whole', async () => {
    const schema = { $ref: '#/components/schemas/S', description: 'The size' };
    const { tools } = await importing(small({ '/x/{id}': { put: { operationId: 'putX', parameters: [{ name: 'id', in: 'path', schema }], requestBody: { content: { 'application/json': { schema: { type: 'object', properties: { id: { type: ['integer', 'null'] } } } } } } } } }, { components: { schemas: { S: { type: 'string', const: 'big' } } } }));
    expect(tools['putX']).toMatchObject({ arguments: { properties: { id: { type: 'string', const: 'big', description: 'The size' }, body: { properties: { id: { type: ['integer', 'null'] } } } }, required: ['id'] }, argumentsIn: { body: 'body' } });
  });

  it.each([
    ['swagger: "2.0"', 'is Swagger 2.0: convert it to OpenAPI 3 first'],
    ['openapi: 2.9.9', '#/openapi: is no OpenAPI 3.0 or 3.1'],
    ['[]', '#: is no object'],
    ['a: [', 'orders.yaml:1: '],
  ])('refuses what is no such document: %s', async (document, message) => {
    const { error, exitCode } = await importing(document);
    expect([error.replaceAll(/\s+/gu, ' ').includes(message), exitCode], error).toEqual([true, 1]);
  });

  it('reads an address, where a server without one is', async () => {
    const server = createServer((request, response) => void (request.url === '/api.json' ? response.end(small({ '/x': { get: { operationId: 'x' } } }, { servers: [{ url: '/base' }] })) : response.writeHead(404).end()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const good = await runCommand(toolsImportCommand(), [`${url}/api.json`, '--network', 'private', '--json']);
    const bad = await runCommand(toolsImportCommand(), [`${url}/nothing`]);
    await new Promise((resolve) => server.close(resolve));
    expect(JSON.parse(good.out)).toMatchObject({ tools: [{ name: 'x', url: `${url}/base/x` }], variables: [], problems: [] });
    expect([bad.error, bad.exitCode]).toEqual([expect.stringContaining('/nothing answers with 404'), 1]);
  });

  it('adds to a site what it has not yet, and leaves it sound', async () => {
    const site = join(folder, 'site');
    await mkdir(join(site, 'tools'), { recursive: true });
    await writeFile(join(site, 'site.yaml'), SITE_YAML);
    const first = await importing(ORDERS_API, '--site', site, '--only', 'getOrder');
    expect(first.out).toBe('tools/orders-api.yaml: getOrder\n');
    const second = await importing(ORDERS_API, '--site', site);
    expect(second.out).toBe('tools/orders-api.yaml: changeOrder, head_orders, create_orders\n');
    expect(problemsIn(second)[0]).toBe('#/paths/~1orders~1{orderId}/get: there is a tool getOrder already');
    expect((await runCommand(siteCheckCommand(), [site])).out).toContain(', 4 tools,');
    expect(parseSite(await readSiteFolder(site)).site?.tools.get('getOrder')).toMatchObject({ kind: 'http', network: 'public', argumentsIn: { fields: 'query', 'X-Locale': 'header' } });
  });

  it('is not the only one to look at schemas: the check of a site names one that the worker would not start with', async () => {
    const site = join(folder, 'site');
    await mkdir(join(site, 'tools'), { recursive: true });
    await writeFile(join(site, 'site.yaml'), SITE_YAML);
    await writeFile(join(site, 'tools', 't.yaml'), 'name: one\ndescription: { zh: a, en: a }\neffect: read\nmethod: GET\nurl: https://x.example\narguments: { type: sum }\n');
    const { out, exitCode } = await runCommand(siteCheckCommand(), [site]);
    expect([out.startsWith('tools: the tool one has no sound JSON Schema of its arguments: schema is invalid'), exitCode], out).toEqual([true, 1]);
  });

  it('writes nothing into a site that would not be sound', async () => {
    const site = join(folder, 'site');
    await mkdir(join(site, 'tools'), { recursive: true });
    await writeFile(join(site, 'site.yaml'), SITE_YAML);
    await writeFile(join(site, 'tools', 'orders-api.yaml'), 'name: one\ndescription: { zh: a, en: a }\neffect: read\nmethod: GET\nurl: https://x.example\narguments: {}\n');
    const { error, exitCode } = await importing(ORDERS_API, '--site', site);
    expect([error.includes('tools/orders-api.yaml holds no list of tools to add to'), exitCode]).toEqual([true, 1]);
    expect(await readFile(join(site, 'tools', 'orders-api.yaml'), 'utf8')).toMatch(/^name: one/);
  });
});
