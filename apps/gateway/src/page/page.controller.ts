import { Controller, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Site } from '@switchyard/site';
import { gatewayVersion } from '../gateway-version.js';
import { GATEWAY_CONFIG, ROUTES, SITE, type GatewayConfig } from '../gateway.config.js';
import { Route, type RouteSpec } from '../route.js';
import { consolePage, PAGE_HEADERS } from './console-page.js';
import { consoleScript } from './console-script.js';
import { consoleStyle } from './console-style.js';
import { docsPage } from './docs-page.js';
import { openApiDocument } from './openapi-document.js';
import { pageIcon } from './page-icon.js';

/** The console, and the interface described for people and for programs. */
@Controller()
export class PageController {
  constructor(
    @Inject(SITE) private readonly site: Site,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
    @Inject(ROUTES) private readonly routes: readonly RouteSpec[],
  ) {}

  @Route({ method: 'GET', path: '/', summary: 'The console.', answers: [{ status: 200, description: 'A page.', type: 'text/html' }] })
  async console(@Res() reply: FastifyReply): Promise<void> {
    await page(reply, 'text/html', consolePage(this.site, this.config.CONSOLE_KEY));
  }

  @Route({ method: 'GET', path: '/page.js', summary: 'The console\'s script.', answers: [{ status: 200, description: 'A script.', type: 'text/javascript' }] })
  async script(@Res() reply: FastifyReply): Promise<void> {
    await page(reply, 'text/javascript', consoleScript);
  }

  @Route({ method: 'GET', path: '/page.css', summary: 'The pages\' style.', answers: [{ status: 200, description: 'A style sheet.', type: 'text/css' }] })
  async style(@Res() reply: FastifyReply): Promise<void> {
    await page(reply, 'text/css', consoleStyle);
  }

  @Route({ method: 'GET', path: '/page.svg', summary: 'The pages\' icon.', answers: [{ status: 200, description: 'An image.', type: 'image/svg+xml' }] })
  async icon(@Res() reply: FastifyReply): Promise<void> {
    await page(reply, 'image/svg+xml', pageIcon);
  }

  @Route({ method: 'GET', path: '/docs', summary: 'This interface, to read.', answers: [{ status: 200, description: 'A page.', type: 'text/html' }] })
  async docs(@Res() reply: FastifyReply): Promise<void> {
    await page(reply, 'text/html', docsPage(this.routes, this.#info()));
  }

  @Route({ method: 'GET', path: '/openapi.json', summary: 'This interface, for programs: OpenAPI 3.1.', answers: [{ status: 200, description: 'The document.', type: 'application/json' }] })
  openApi(): Record<string, unknown> {
    return openApiDocument(this.routes, this.#info());
  }

  #info(): { title: string; version: string } {
    return { title: 'Switchyard', version: gatewayVersion };
  }
}

async function page(reply: FastifyReply, type: string, content: string): Promise<void> {
  await reply.headers({ ...PAGE_HEADERS, 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' }).send(content);
}
