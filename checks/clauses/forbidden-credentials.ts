import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CheckContext, Measured } from '../harness/index.ts'
import { inParallel } from '../parallel.ts'
import { startWorld } from '../world.ts'

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))
const REFUSED = 78
const signed = (payload: object): string =>
  ['{"alg":"RS256"}', JSON.stringify(payload), 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.')

/** Credentials of persons, which are no keys of an API; none is a real one. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  'an OAuth login of Claude': 'sk-ant-oat01-aaaaaaaaaaaaaaaa-bbbb',
  'a refresh token of Claude': 'sk-ant-ort01-aaaaaaaaaaaaaaaa-bbbb',
  'a session of Claude': 'sk-ant-sid01-aaaaaaaaaaaaaaaa-bbbb',
  'a session of OpenAI': 'sess-aaaaaaaaaaaaaaaaaaaaaaaa',
  'a refresh token of ChatGPT': 'rt_68aaaaaaaaaaaaaaaaaaaaaaaa',
  'a signed login of ChatGPT': signed({ iss: 'https://auth.openai.com', exp: 1 }),
  'an access token of Google': 'ya29.a0aaaaaaaaaaaaaaaaaaaaaa',
  'a refresh token of Google': '1//0gaaaaaaaaaaaaaaaaaaaaaa',
  'a login of GitHub': 'gho_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  'a token of Copilot': 'tid=0123456789abcdef;exp=1790000000',
  'a key of a coding plan': 'sk-kimi-aaaaaaaaaaaaaaaaaaaaaaaa',
  'a session key of AWS': 'ASIAABCDEFGHIJKLMNOP:aaaaaaaa',
  'a browser cookie': '__Secure-next-auth.session-token=aaaaaaaa',
  'a whole header': 'Bearer:sk-aaaaaaaaaaaaaaaaaaaa;session_id=aaaa',
}

/** CL-auth: credentials of persons are refused when a server is started with them in its file, and by the operator's API; nothing is told of them. */
export async function forbiddenCredentials(context: CheckContext): Promise<Measured> {
  const kinds = Object.entries(FORBIDDEN).slice(0, context.n)
  const folder = mkdtempSync(join(tmpdir(), 'farebox-forbidden-'))
  const world = await startWorld()
  try {
    const refused = await inParallel(kinds, 1, async ([what, credential], index) => {
      const { status, output } = startWith(join(folder, String(index)), credential)
      context.expect(status === REFUSED, `a server with ${what} was not refused (${status})`)
      context.expect(!output.includes(credential.slice(0, 24)), `a server with ${what} tells of it`)
      const body = { kind: 'openai', base_url: 'https://api.openai.com/v1', api_key: credential }
      const told = await world.operator.ask('PUT', '/upstreams/forbidden', body).then(() => 'taken', String)
      context.expect(/ 4\d\d /.test(told) && !told.includes(credential.slice(0, 24)), `the operator's API took ${what}`)
      return status === REFUSED
    })
    const good = startWith(join(folder, 'good'), 'sk-proj-aaaaaaaaaaaaaaaaaaaaaaaa', ['apply', '--help'])
    context.expect(good.status === 0, 'blind: nothing can be started here')
    return { n: kinds.length, measured: { refusedAtStart: refused.filter(Boolean).length, kinds: kinds.length } }
  } finally {
    await world.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

type Started = { readonly status: number | null; readonly output: string }

function startWith(path: string, credential: string, command: readonly string[] = ['serve']): Started {
  const file = `${path}.yaml`
  writeFileSync(
    file,
    JSON.stringify({ upstreams: [{ id: 'x', kind: 'openai', base_url: 'https://api.openai.com/v1', api_key: credential }], models: [] }),
  )
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/main.ts', ...command], {
    ...{ cwd: CHECKOUT, encoding: 'utf8', timeout: 30_000 },
    env: {
      PATH: '/usr/bin:/bin',
      FAREBOX_DATA_DIR: path,
      FAREBOX_CONFIG: file,
      FAREBOX_LISTEN: '127.0.0.1:0',
      FAREBOX_OPERATOR_LISTEN: '127.0.0.1:0',
    },
  })
  return { status, output: stdout + stderr }
}
