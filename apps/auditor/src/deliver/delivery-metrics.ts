import { Counter } from 'prom-client';
import { registry } from '@switchyard/telemetry';

export const deliveries = new Counter({ name: 'switchyard_deliveries_total', help: 'Attempts to tell people outside the mesh, by "delivered" or the code of the error.', labelNames: ['delivery', 'result'], registers: [registry] });
