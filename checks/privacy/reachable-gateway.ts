import { parseArgs } from 'node:util'
import { writeHeapSnapshot } from 'node:v8'
import { type Catalog, flatPrice, type Upstream } from '../../src/spec/index.ts'
import { startLoneGateway } from '../lone-gateway.ts'

// A gateway with a control process that only grants, in a process that tells what it can reach. Prints where it listens and its key. For a line with a path
// it writes there what its heap holds after a collection, and prints the bytes of its buffers; what comes after a space in that line it keeps.
const { values } = parseArgs({ options: { upstream: { type: 'string' } } })
const FIRST_BYTE_MS = 1_000

const price = flatPrice({ input: 1_000_000n, output: 2_000_000n })
const [version, own] = [`${values.upstream}/v1`, values.upstream ?? '']
const upstreams: readonly Upstream[] = (
  [
    { id: 'openai', kind: 'openai', baseUrl: version, protocols: ['openai-chat', 'openai-responses'] },
    { id: 'anthropic', kind: 'anthropic', baseUrl: own },
    { id: 'gemini', kind: 'gemini', baseUrl: own },
    { id: 'responses', kind: 'openai', baseUrl: version, protocols: ['openai-responses'] },
  ] as const
).map((upstream, index) => ({ ...upstream, serial: index + 1, apiKey: 'sk-sim', placement: 'local', privacy: {} }))
const models = upstreams.map(({ serial, id }) => ({
  ...{ serial, id: `m-${id}`, context: 10_000, outputMax: 1_000, createdAt: 0, priceVersion: 1, price },
  routes: [{ serial, upstreamSerial: serial, upstreamModel: 'sim-model', priority: 1, weight: 1, cost: undefined }],
}))
const catalog: Catalog = { version: 1, upstreams, models, unpriced: [] }
const kept: string[] = []
const gateway = await startLoneGateway(catalog, FIRST_BYTE_MS, { forgetsSettled: true })
const say = (told: object): void => void process.stdout.write(`${JSON.stringify(told)}\n`)
say({ base: gateway.base, key: gateway.key })
process.stdin.on('data', (line) => {
  const [path, ...words] = line.toString('utf8').trimEnd().split(' ')
  kept.push(...words)
  writeHeapSnapshot(path)
  say({ bufferBytes: process.memoryUsage().arrayBuffers, kept: kept.length })
})
process.stdin.once('end', () => void gateway.close().then(() => process.exit(0)))
