// What README.md tells a newcomer to paste works as it is written, on a fresh data directory.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../checks/free-port.ts'
import { runCommand } from './runner/index.ts'

const readme = readFileSync('README.md', 'utf8')
const blocks = [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(([, language = '', text = '']) => ({ language, text }))
const folder = mkdtempSync(join(tmpdir(), 'farebox-readme-'))
// Programs find the packages of the checkout only from within it; nothing that reads its files meets this one.
const cache = join('node_modules', '.cache')
const program = join(cache, `readme-${process.pid}.mjs`)
const ports = { public: 0, operator: 0 }
let server: ChildProcess | undefined

before(async () => {
  ports.public = await freePort()
  ports.operator = await freePort()
  server = spawn('npm', ['start', '--silent'], { stdio: 'ignore', detached: true, env: environment() })
  for (let attempt = 0; attempt < 1800; attempt++) {
    const answer = await fetch(`http://127.0.0.1:${ports.public}/readyz`).catch(() => undefined)
    if (answer?.status === 200) return
    await delay(100)
  }
  assert.fail('npm start did not answer /readyz within three minutes')
})

after(async () => {
  if (server?.pid !== undefined && server.exitCode === null) {
    process.kill(-server.pid, 'SIGTERM')
    await once(server, 'exit')
  }
  rmSync(folder, { recursive: true, force: true })
  rmSync(program, { force: true })
})

test('the first call, by curl', async () => {
  assert.match(await paste(shellBlock('/v1/chat/completions')), /"content": ?"[^"]*Hello/)
})

for (const name of ['openai', '@anthropic-ai/sdk']) {
  test(`the first call, by ${name}`, async () => {
    const block = blocks.find(({ language, text }) => language === 'js' && text.includes(`'${name}'`))
    assert.ok(block !== undefined)
    mkdirSync(cache, { recursive: true })
    writeFileSync(program, here(block.text))
    assert.match(await paste(`FAREBOX_KEY=$(cat ${dataDir()}/demo-key) node ${program}`), /Hello/)
  })
}

test("the operator's hand", async () => {
  const account = await paste(`${lineOf('account create')} --json`)
  const id = (JSON.parse(account) as { id: string }).id
  const withId = (line: string) => line.replace('ACCOUNT_ID', id)
  await paste(withId(lineOf('farebox credit')))
  const key = JSON.parse(await paste(`${withId(lineOf('key create'))} --json`)) as { id: string; secret: string }
  assert.match(key.secret, /^\w{20,}$/)
  assert.match(await paste(withId(shellBlock('/ledger/verify'))), /"ok": ?true/)
  await paste(lineOf('key revoke').replace('KEY_ID', key.id))
})

const dataDir = () => join(folder, 'data')

function environment(): NodeJS.ProcessEnv {
  const { OPENAI_API_KEY: _, ANTHROPIC_API_KEY: __, NODE_TEST_CONTEXT: ___, DATABASE_URL: ____, ...env } = process.env
  return {
    ...env,
    FAREBOX_LISTEN: `127.0.0.1:${ports.public}`,
    FAREBOX_OPERATOR_LISTEN: `127.0.0.1:${ports.operator}`,
    FAREBOX_DATA_DIR: dataDir(),
    npm_config_loglevel: 'error',
  }
}

/** A text of the page with the ports and the directory of this test instead of the usual ones. */
const here = (text: string): string =>
  text
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${ports.public}`)
    .replaceAll('127.0.0.1:8081', `127.0.0.1:${ports.operator}`)
    .replaceAll('cat data/', `cat ${dataDir()}/`)

function shellBlock(part: string): string {
  const block = blocks.find(({ language, text }) => language === '' && text.includes(part))
  assert.ok(block !== undefined, `README.md has no block with ${part}`)
  return block.text.replace(/ {2,}#.*$/gm, '').replaceAll('curl ', 'curl -sS ')
}

const lineOf = (part: string): string =>
  shellBlock(part)
    .split('\n')
    .find((line) => line.includes(part)) ?? ''

async function paste(text: string): Promise<string> {
  const env = Object.fromEntries(Object.entries(environment()).filter((entry): entry is [string, string] => entry[1] !== undefined))
  const { code, output } = await runCommand({ command: 'bash', args: ['-euo', 'pipefail', '-c', here(text)], env, secondsMax: 60 })
  assert.equal(code, 0, output)
  return output
}
