import 'reflect-metadata';
import { loadConfig, loadSite } from '@switchyard/config';
import { requireSite } from '@switchyard/site';
import { GATEWAY, GatewayEnv } from './gateway.config.js';
import { bootGateway } from './start-gateway.js';

const config = loadConfig(GATEWAY, GatewayEnv);
await bootGateway(config, () => loadSite(config, requireSite));
