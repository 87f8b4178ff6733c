import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lookFromOutside, NOT_FROM_OUTSIDE } from '../../src/commands/outside/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { needProgram } from '../system-program.ts'
import { startWorld, type World } from '../world.ts'
import { type Answering, type Certificate, type Lie, startLyingProxy } from './lying-proxy.ts'

const CHAT = '/v1/chat/completions'
const altered = (answering: Answering, change: (text: string) => string): Answering => ({
  ...answering,
  body: Buffer.from(change(answering.body.toString())),
})
const withoutHeader = (answering: Answering, name: string): Answering => ({
  ...answering,
  headers: { ...answering.headers, [name]: undefined },
})

/** Servers that each break one promise, made anew for each look: some remember what they answered. */
const liars = (key: string): Readonly<Record<string, () => Lie>> => ({
  'speaks TLS 1.2': () => ({ minVersion: 'TLSv1.2' }),
  'has a certificate of nobody': () => ({ hasOwnCertificate: true }),
  'does not tell browsers to keep to TLS': () => ({ after: (_, answering) => withoutHeader(answering, 'strict-transport-security') }),
  'sets a cookie': () => ({
    after: ({ path }, answering) => (path === '/' ? { ...answering, headers: { ...answering.headers, 'set-cookie': 'id=1' } } : answering),
  }),
  'lets answers be kept': () => ({
    after: (_, answering) => ({ ...answering, headers: { ...answering.headers, 'cache-control': 'public, max-age=60' } }),
  }),
  'takes a key in an address': () => ({
    before: (passing) =>
      passing.path.includes('?key=')
        ? { ...passing, path: passing.path.split('?')[0] ?? '/', headers: { ...passing.headers, authorization: `Bearer ${key}` } }
        : passing,
  }),
  'serves strangers': () => ({ before: (passing) => ({ ...passing, headers: { ...passing.headers, authorization: `Bearer ${key}` } }) }),
  'answers one customer with what another was told': () => crossing(),
  'answers from a cache': () => caching(),
  'changes words on their way': () => ({
    after: ({ path }, answering) =>
      path === CHAT ? altered(answering, (text) => text.replaceAll('Repeat: canary', 'Repeat: Canary')) : answering,
  }),
  'writes another cost on a receipt': () => ({
    after: ({ path }, answering) =>
      path.startsWith('/v1/receipts/')
        ? altered(answering, (text) => text.replace(/"cost_nano_usd":"?(\d)/, '"cost_nano_usd":"9$1'))
        : answering,
  }),
  'publishes other keys than it signs with': () => ({
    after: ({ path }, answering) =>
      path === '/.well-known/jwks.json' ? altered(answering, () => JSON.stringify({ keys: [] })) : answering,
  }),
  'shows browsers another policy': () => ({
    after: ({ path, headers }, answering) =>
      path === '/privacy' && /Mozilla/.test(String(headers['user-agent']))
        ? altered(answering, (text) => `${text}<p>More.</p>`)
        : answering,
  }),
})

/** Each answer of a chat is that of the one before. */
function crossing(): Lie {
  let last: Answering | undefined
  return {
    after: ({ path }, answering) => {
      if (path !== CHAT) return answering
      const before = last ?? answering
      last = answering
      return { ...before, headers: { ...before.headers, 'x-request-id': answering.headers['x-request-id'] } }
    },
  }
}

/** The same question is given the same answer. */
function caching(): Lie {
  const known = new Map<string, Answering>()
  return {
    after: ({ path, body, headers }, answering) => {
      if (path !== CHAT) return answering
      const name = `${headers.authorization} ${body.toString()}`
      const answer = known.get(name) ?? answering
      known.set(name, answer)
      return answer
    },
  }
}

/** CL-outside: the verifier that customers are given finds nothing broken in an honest server, and flags each of the servers that break a promise. */
export async function outsideVerifier(context: CheckContext): Promise<Measured> {
  needProgram('openssl', 'openssl')
  const folder = mkdtempSync(join(tmpdir(), 'farebox-outside-'))
  const world = await startWorld({ script: { isEcho: true } })
  try {
    const [mine, theirs] = [await world.operator.customer('10.00'), await world.operator.customer('10.00')]
    const certificates = [makeCertificate(folder, 'known'), makeCertificate(folder, 'other')] as const
    const look = (lie: Lie): Promise<readonly string[]> => lookAt(world, { certificates, keys: [mine.key, theirs.key], lie })
    const honest = await look({})
    context.expect(honest.length === 0, `an honest server is flagged: ${honest.join('; ')}`)
    const all = Object.entries(liars(mine.key))
    let flagged = 0
    for (const [what, lie] of all) {
      const broken = await look(lie())
      context.progress(`${what}: ${broken.join('; ') || 'not flagged'}`)
      if (context.expect(broken.length > 0, `a server that ${what} is not flagged`)) flagged += 1
    }
    return { n: all.length, measured: { liars: all.length, flagged, notFromOutside: NOT_FROM_OUTSIDE.length } }
  } finally {
    await world.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

type Look = { readonly certificates: readonly [Certificate, Certificate]; readonly keys: readonly [string, string]; readonly lie: Lie }

/** Claims that are broken, as the verifier sees it through a proxy. */
async function lookAt(world: World, { certificates, keys, lie }: Look): Promise<readonly string[]> {
  const [known, other] = certificates
  const proxy = await startLyingProxy(world.base, lie.hasOwnCertificate === true ? other : known, lie)
  try {
    const findings = await lookFromOutside({ address: new URL(proxy.url), ca: known.cert, keys, model: 'm-openai' })
    return findings.filter(({ result }) => result === 'broken').map(({ claim, what }) => `${claim} (${what})`)
  } finally {
    await proxy.close()
  }
}

function makeCertificate(folder: string, name: string): Certificate {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)]
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', [...made, '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}
