import { parseArgs } from 'node:util'
import { type Catalog, flatPrice } from '../../src/spec/index.ts'
import { startLoneGateway } from '../lone-gateway.ts'

// A gateway with a control process that only grants, in a process that can collect its garbage. Prints where it listens and its key, and for
// every line it is sent the bytes of its heap after a collection.
const { values } = parseArgs({ options: { upstream: { type: 'string' } } })
const collect = globalThis.gc
if (collect === undefined) throw new Error('start it with --expose-gc')

const price = flatPrice({ input: 1_000_000n, output: 2_000_000n })
const route = { serial: 1, upstreamSerial: 1, upstreamModel: 'sim-model', priority: 1, weight: 1, cost: undefined }
const catalog: Catalog = {
  version: 1,
  upstreams: [
    {
      ...({ serial: 1, id: 'plain', kind: 'openai', baseUrl: `${values.upstream}/v1`, apiKey: 'sk-plain' } as const),
      ...({ placement: 'local', privacy: {} } as const),
    },
  ],
  models: [{ serial: 1, id: 'm-plain', context: 10_000, outputMax: 1_000, createdAt: 0, priceVersion: 1, price, routes: [route] }],
  unpriced: [],
}
const gateway = await startLoneGateway(catalog, 20_000, { forgetsSettled: true })
const say = (told: object): void => void process.stdout.write(`${JSON.stringify(told)}\n`)
say({ base: gateway.base, key: gateway.key })
process.stdin.on('data', () => {
  collect()
  collect()
  say({ heapBytes: process.memoryUsage().heapUsed })
})
process.stdin.once('end', () => void gateway.close().then(() => process.exit(0)))
