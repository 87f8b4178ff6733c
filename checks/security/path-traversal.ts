import net from 'node:net'
import { type SeededRandom, seededRandom } from '../../sim/index.ts'
import { bodyOf, UPSTREAM_PATHS } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { inParallel } from '../parallel.ts'
import { startWorld } from '../world.ts'
import { startListeningCanary } from './listening-canary.ts'

const KNOWN = [
  '/v1/chat/completions',
  '/v1/messages',
  '/v1/responses',
  '/v1beta/models/m-gemini:generateContent',
  '/v1/embeddings',
  '/v1/audio/transcriptions',
  '/anthropic/v1/messages',
  '/api/proxy/v1/chat/completions',
  '/v1/models',
  '/v1/usage',
  '/',
  '/v1/statements/2026-11',
] as const
const WANTED = [
  'etc/passwd',
  'farebox.yaml',
  'data/operator-token',
  'data/keys/master-1.key',
  'operator/v1/accounts',
  'metrics',
  'v1/files',
  'v1/models',
  'redirected',
  'admin',
] as const
const UP = [
  ...[
    '../',
    '..%2f',
    '%2e%2e/',
    '%2e%2e%2f',
    '%252e%252e%252f',
    '..;/',
    '..\\',
    '..%5c',
    '....//',
    '.%2e/',
    '%c0%ae%c0%ae/',
    '%u002e%u002e/',
  ],
  ...['//', '/./', '/.//', '%2f', '%00/', '..%00/', '..%0d%0a', '\\', ';/../', '..%ef%bc%8f', '‥/', '%e2%80%a5/', '?/../', '#/../'],
] as const
const METHODS = ['POST', 'GET', 'PUT', 'DELETE', 'OPTIONS'] as const
const AT_ONCE = 20
const SECRETS = /root:[x*]:0:0|sk-upstream-world|"operator_token"|BEGIN [A-Z ]*PRIVATE KEY/

/** SEC-08: paths written in every way that leads out of a tree elsewhere lead nowhere here: not to another upstream path, not to a file, not to the operator. */
export async function pathTraversal(context: CheckContext): Promise<Measured> {
  const random = seededRandom(context.seed)
  const canary = await startListeningCanary()
  const world = await startWorld()
  try {
    const { key } = await world.operator.customer('1000.00')
    const targets = Array.from({ length: context.n }, () => targetOf(random, canary.url))
    const answers = await inParallel(targets, AT_ONCE, (target) =>
      ask({ port: world.port, key, target, method: METHODS[random.below(METHODS.length)] ?? 'GET' }),
    )
    const counts: Record<string, number> = {}
    for (const [index, answer] of answers.entries()) {
      const [, status = 'closed'] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? []
      counts[status] = (counts[status] ?? 0) + 1
      const named = `${JSON.stringify(targets[index])} answered ${status}`
      context.expect(!SECRETS.test(answer) && !answer.includes(world.operatorToken), `${named} with a secret`)
      context.expect(/^(?:[234]\d\d|503|closed)$/.test(status), named)
      context.expect(!/"data":\[\{"id":"[0-9a-f-]{36}"|^farebox_/m.test(answer), `${named} as the operator's interface would`)
    }
    for (const { path } of world.sim.calls)
      context.expect(UPSTREAM_PATHS.test(path) || path === '/v1/embeddings', `an upstream was called at ${path}`)
    context.expect(canary.contacts() === 0, `${canary.contacts()} calls to a foreign address`)
    context.expect(world.pidsOf('gateway').length === 1, 'the gateway died')
    const plain = await ask({ port: world.port, key, target: '/v1/chat/completions', method: 'POST' })
    context.expect(plain.startsWith('HTTP/1.1 200'), 'blind: the plain path is not served')
    return { n: targets.length, measured: { ...counts, upstreamCalls: world.sim.calls.length } }
  } finally {
    await world.stop()
    canary.close()
  }
}

function targetOf(random: SeededRandom, foreign: string): string {
  const pick = <Item>(items: readonly Item[]): Item => items[random.below(items.length)] as Item
  const known = pick(KNOWN)
  const steps = Array.from({ length: 1 + random.below(8) }, () => pick(UP)).join('')
  const shapes = [
    () => `${known}/${steps}${pick(WANTED)}`,
    () => `/${steps}${pick(WANTED)}`,
    () => `${known.slice(0, 1 + random.below(known.length))}${steps}${known.slice(1)}`,
    () => `${foreign}${known}`,
    () => `//${foreign.slice('http://'.length)}${known}`,
    () => `${known}${pick(['%00', '%20', '.json', '/', ';a=b', '%3f', '%23', '/..', '/.', '\\'])}`,
    () => [...known].map((letter) => (random.below(4) === 0 ? `%${letter.charCodeAt(0).toString(16)}` : letter)).join(''),
    () => (random.below(2) === 0 ? known.toUpperCase() : `/${known}`),
  ]
  // What ends a request line would be another request, which is not what is tried here.
  return pick(shapes)().replace(/[\s\0]/g, '')
}

type Asked = { readonly port: number; readonly key: string; readonly target: string; readonly method: string }

/** The answer to a request whose target is sent byte by byte as it is written. */
function ask({ port, key, target, method }: Asked): Promise<string> {
  const body = bodyOf({ base: '', key, protocol: 'openai', outputMax: 5 })
  const head = [
    `${method} ${target} HTTP/1.1`,
    'host: farebox.example',
    `authorization: Bearer ${key}`,
    'connection: close',
    'content-type: application/json',
  ]
  return new Promise((resolve) => {
    let text = ''
    const socket = net.connect(port, '127.0.0.1', () =>
      socket.write(`${[...head, `content-length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`),
    )
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(text))
    socket.setTimeout(10_000, () => socket.destroy())
  })
}
