import 'reflect-metadata';
import { loadConfig, readSiteFolder } from '@switchyard/config';
import { requireSite } from '@switchyard/site';
import { GATEWAY, GatewayEnv } from './gateway.config.js';
import { bootGateway } from './start-gateway.js';

const config = loadConfig(GATEWAY, GatewayEnv);
await bootGateway(config, async () => requireSite(await readSiteFolder(config.SITE_DIR)));
