import type { StartProxy } from './proxy.ts'

/** No proxy: the load goes to the upstream itself. */
export const startDirect: StartProxy = async ({ upstreamPort }) => ({
  name: 'direct',
  version: '',
  target: { port: upstreamPort, path: '/v1/chat/completions', headers: { authorization: 'Bearer sk-bench' } },
  processes: () => ({ serving: [] }),
  stop: async () => {},
})
