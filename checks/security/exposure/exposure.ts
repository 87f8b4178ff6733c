import { readFileSync, statSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { type Answer, send } from '../../calls.ts'
import { customerDoors, GATEWAY_PATHS } from '../../customer-doors.ts'
import { type CheckContext, type Measured, NotRunError } from '../../harness/index.ts'
import { startWorld, type World } from '../../world.ts'
import { type Listening, listeningOf } from './listening.ts'

/** What people leave behind in other programs, as bearer tokens and as passwords of names. */
const COMMON_TOKENS = [
  'admin',
  'operator',
  'farebox',
  'changeme',
  'password',
  'secret',
  'token',
  'test',
  'default',
  '',
  'null',
  'undefined',
]
const FOREIGN_ORIGINS = ['https://evil.example', 'null', 'http://localhost', 'https://localhost.evil.example'] as const
/** What a failure would show of its inside: places in source, words of the database, names of programs with their version. */
const INSIDE = /\n\s+at |node:internal|node_modules|\/src\/|syntax error at|relation "|ECONN|PostgreSQL \d|Node\.js v\d/
const TOKEN_BITS_MIN = 128

/**
 * SEC-14: a server that nobody configured takes connections where it says and nowhere else, the operator's and the figures on loopback alone;
 * no word that people use opens it, its first token is its own, secret and private; failures show nothing of their inside; no other origin may read.
 */
export async function exposure(context: CheckContext): Promise<Measured> {
  if (process.platform !== 'linux') throw new NotRunError('where processes listen is told by /proc, which Linux has')
  // As on a bare machine: the server makes its own token.
  const world = await startWorld({ gateways: 2, env: { FAREBOX_OPERATOR_TOKEN: '' } })
  try {
    const sockets = expectDeclaredPorts(context, world)
    const token = expectOwnToken(context, world)
    const guesses = await expectNoDefaults(context, world, token)
    await expectFiguresInside(context, world)
    const answers = await expectNothingShown(context, world, token)
    return { n: context.n, measured: { sockets: sockets.length, ports: new Set(sockets.map(({ port }) => port)).size, guesses, answers } }
  } finally {
    await world.stop()
  }
}

/** Every socket that takes anything, of any process of the server, is one of the two that are declared, on loopback. */
function expectDeclaredPorts(context: CheckContext, world: World): readonly Listening[] {
  const sockets = world.processes().flatMap(({ pid, role }) => listeningOf(pid).map((socket) => ({ ...socket, role })))
  const declared = new Set([world.port, Number(new URL(world.operatorBase).port)])
  for (const { kind, host, port, role } of sockets) {
    context.expect(kind === 'tcp' && declared.has(port), `${role} listens on ${kind} ${host}:${port}, which is not declared`)
    context.expect(host === '127.0.0.1', `${role} listens on ${host}:${port}, which is not loopback`)
  }
  for (const port of declared)
    context.expect(
      sockets.some((one) => one.port === port),
      `blind: nobody is seen to listen on ${port}`,
    )
  return sockets
}

/** The token that was made: long, random, private, and in no place where others look. */
function expectOwnToken(context: CheckContext, world: World): string {
  const path = join(world.dataDir, 'operator-token')
  const token = readFileSync(path, 'utf8').trim()
  const hexadecimal = /^fbo_([0-9a-f]+)$/.exec(token)?.[1] ?? ''
  context.expect(hexadecimal.length * 4 >= TOKEN_BITS_MIN, 'the token that was made is short')
  context.expect((statSync(path).mode & 0o777) === 0o600, 'the token that was made may be read by others')
  context.expect((statSync(world.dataDir).mode & 0o077) === 0, 'the data directory may be read by others')
  context.expect(!world.log().includes(token), 'the token is in what the server prints')
  for (const { pid, role } of world.processes())
    for (const name of ['environ', 'cmdline'])
      context.expect(!readProc(pid, name).includes(token), `the token is in the ${name} of ${role}`)
  return token
}

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1')
  } catch {
    // It has ended, or is another user's.
    return ''
  }
}

/** No word opens the operator's interface or calls a model; the token that was made does. Resolves with how many were tried. */
async function expectNoDefaults(context: CheckContext, world: World, token: string): Promise<number> {
  const at = `${world.operatorBase}/operator/v1/accounts`
  for (const word of [...COMMON_TOKENS, world.operatorToken, 'fbo_', `fbo_${'0'.repeat(64)}`]) {
    const { status } = await get(at, { authorization: `Bearer ${word}` })
    context.expect(status === 401, `the operator API answers ${status} to the token ${JSON.stringify(word)}`)
    const call = await get(`${world.base}/v1/usage`, { authorization: `Bearer ${word}` })
    context.expect(call.status === 401, `the customer API answers ${call.status} to the key ${JSON.stringify(word)}`)
    const basic = Buffer.from(`${word}:${word}`).toString('base64')
    const named = await get(at, { authorization: `Basic ${basic}` })
    context.expect(named.status === 401, `the operator API answers ${named.status} to the name and password ${JSON.stringify(word)}`)
  }
  const own = await get(at, { authorization: `Bearer ${token}` })
  context.expect(own.status === 200, `blind: the token that was made is answered ${own.status}`)
  return (COMMON_TOKENS.length + 3) * 3
}

/** Figures and the operator's interface are on the operator's listener, and no address of this machine but loopback leads there. */
async function expectFiguresInside(context: CheckContext, world: World): Promise<void> {
  context.expect((await get(`${world.operatorBase}/metrics`)).status === 200, 'blind: there are no figures at the operator listener')
  for (const path of [
    '/metrics',
    '/operator/v1/accounts',
    '/operator/auth/me',
    '/console',
    '/join',
    '/debug',
    '/server-status',
    '/.env',
    '/.git/config',
  ])
    context.expect((await get(world.base + path)).status === 404, `${path} is there for customers`)
  const outside = Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).filter(({ internal, family }) => !internal && family === 'IPv4'),
  )
  for (const { address } of outside)
    for (const base of [world.base, world.operatorBase]) {
      const { status } = await get(base.replace('127.0.0.1', address))
      context.expect(status === 0, `${address} leads to ${base}`)
    }
}

/** Every door, asked wrongly from another origin: no failure shows its inside, and no answer lets that origin read it. Resolves with how many were seen. */
async function expectNothingShown(context: CheckContext, world: World, token: string): Promise<number> {
  const doors = [
    ...[...customerDoors(), ...GATEWAY_PATHS.map((path) => ({ method: 'GET', path }))].map((one) => ({ ...one, base: world.base })),
    ...['/operator/v1/accounts', '/operator/v1/nothing', '/', '/metrics'].map((path) => ({
      method: 'GET',
      path,
      base: world.operatorBase,
    })),
  ]
  let answers = 0
  for (const { method, path, base } of doors)
    for (const [index, origin] of FOREIGN_ORIGINS.entries()) {
      const asked = { origin, cookie: '__Host-farebox=x', ...(index === 0 ? { authorization: `Bearer ${token}` } : {}) }
      const preflight = { ...asked, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' }
      const broken = method === 'POST' && index > 1
      const headers = broken ? { ...asked, 'content-type': 'application/json', 'content-length': '2' } : asked
      const told = [
        await send({ url: base + path, method, headers, body: broken ? '{"' : '', millisMax: 20_000 }),
        await send({ url: base + path, method: 'OPTIONS', headers: preflight, body: '', millisMax: 20_000 }),
      ]
      for (const answer of told) expectClosed(context, { line: `${method} ${path}`, origin, answer })
      answers += told.length
    }
  return answers
}

type Seen = { readonly line: string; readonly origin: string; readonly answer: Answer }

function expectClosed(context: CheckContext, { line, origin, answer: { status, headers, body } }: Seen): void {
  const allowed = headers['access-control-allow-origin']
  context.expect(allowed === undefined, `${line}, ${status}: ${origin} may read it (${allowed})`)
  context.expect(headers['access-control-allow-credentials'] === undefined, `${line}, ${status}: ${origin} may send a cookie`)
  const isPage = headers['content-type']?.startsWith('application/json') !== true && status < 400
  context.expect(isPage || !INSIDE.test(body.toString()), `${line}, ${status}: the answer shows its inside`)
  context.expect(
    headers['server'] === undefined && headers['x-powered-by'] === undefined,
    `${line}, ${status}: it says what it is made with`,
  )
}

const get = (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  send({ url: /:\d+$/.test(url) ? `${url}/` : url, method: 'GET', headers, body: '', millisMax: 5000 })
