import { type Finding, judged, untried } from './finding.ts'
import { ask, type Outside, type Reply } from './server.ts'

const PATHS = ['/', '/healthz', '/v1/models', '/v1/balance', '/v1/chat/completions', '/nothing-is-here'] as const
const NO_KEY = 'sk-this-is-no-key-of-anybody'

/** No cookies, nothing that may be kept on the way, no key in an address, nobody served without a key. */
export async function answerFindings(server: Outside): Promise<readonly Finding[]> {
  const key = server.keys?.[0]
  const replies = await Promise.all(
    PATHS.map((path) => ask(server, { path, ...(key === undefined ? {} : { key }), headers: { accept: 'text/html' } })),
  )
  const answered = replies.filter(({ status }) => status !== 0)
  if (answered.length === 0) return [judged('the server answers', false, `nothing answers at ${server.address.host}`)]
  const cookies = answered.filter(({ headers }) => headers['set-cookie'] !== undefined).length
  const kept = PATHS.filter((path, index) => path.startsWith('/v1/') && !isUnkept(replies[index]))
  return [
    judged('no cookie is set', cookies === 0, `${cookies} of ${answered.length} answers set one`),
    judged(
      'no answer may be kept on the way',
      kept.length === 0,
      kept.length === 0 ? 'all say no-store' : `not said of ${kept.join(', ')}`,
    ),
    ...(await keyFindings(server)),
  ]
}

const isUnkept = (reply: Reply | undefined): boolean =>
  reply !== undefined && (reply.status === 0 || String(reply.headers['cache-control']).includes('no-store'))

async function keyFindings(server: Outside): Promise<readonly Finding[]> {
  const key = server.keys?.[0] ?? NO_KEY
  const inAddress = await ask(server, { path: `/v1/models?key=${encodeURIComponent(key)}` })
  const closed = ['/v1/models', '/v1/balance', '/v1/usage'] as const
  const strangers = await Promise.all(closed.flatMap((path) => [ask(server, { path }), ask(server, { path, key: NO_KEY })]))
  const served = strangers.filter(({ status }) => status < 400 && status !== 0).length
  const findings = [
    judged('a key in an address is refused', inAddress.status >= 400, `answered ${inAddress.status}`),
    judged('nobody is served without a key', served === 0, `${served} of ${strangers.length} requests of strangers were served`),
  ]
  if (server.keys === undefined) return [...findings, untried('a key is served', 'no key was given')]
  const { status } = await ask(server, { path: '/v1/balance', key })
  return [...findings, judged('a key is served', status === 200, `answered ${status}`)]
}
