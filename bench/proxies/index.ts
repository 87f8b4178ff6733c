/** Starts and stops what is compared, each on a port of 127.0.0.1 before the same upstream; never measures. */
import { startDirect } from './direct.ts'
import { startFarebox, startFareboxBefore, startFareboxOnAllCores, startFareboxSecurely } from './farebox.ts'
import { startNginx } from './nginx.ts'
import { startNodeSockets } from './node-sockets.ts'
import { startPortkey } from './portkey.ts'
import type { ProxyName, StartProxy } from './proxy.ts'

export { holdQuantile } from './hold-times.ts'
export {
  type DatabaseUse,
  type HoldTimes,
  type NotRun,
  PROXY_NAMES,
  type Processes,
  type ProxyName,
  type RunningProxy,
  USUAL_PROXIES,
} from './proxy.ts'

/** How each proxy is started, by name. */
export const STARTERS: Readonly<Record<ProxyName, StartProxy>> = {
  direct: startDirect,
  nginx: startNginx,
  'node-sockets': startNodeSockets,
  farebox: startFarebox,
  'farebox-cores': startFareboxOnAllCores,
  'farebox-tls': startFareboxSecurely,
  'farebox-before': startFareboxBefore,
  portkey: startPortkey,
}
