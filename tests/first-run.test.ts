// On a bare machine `serve` needs nothing: it prints a call that works at once, with a demo key, against a sandbox that says what it is.
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from '../checks/free-port.ts'

const READY_MS_MAX = 180_000

let directory = ''
let child: ChildProcess
let printed = ''
let readyMs = 0
let port = 0
let operatorPort = 0

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'farebox-first-'))
  port = await freePort()
  operatorPort = await freePort()
  const began = performance.now()
  child = spawn(process.execPath, ['src/main.ts', 'serve'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      FAREBOX_LISTEN: `127.0.0.1:${port}`,
      FAREBOX_OPERATOR_LISTEN: `127.0.0.1:${operatorPort}`,
      FAREBOX_DATA_DIR: join(directory, 'data'),
    },
  })
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  while (!printed.includes('curl') && performance.now() - began < READY_MS_MAX && child.exitCode === null) await sleep(20)
  readyMs = performance.now() - began
  await sleep(100)
})
after(async () => {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await Promise.race([ended, sleep(15_000, undefined, { ref: false })])
  child.kill('SIGKILL')
  rmSync(directory, { recursive: true, force: true })
})

test('it comes up and says where things are', () => {
  assert.ok(readyMs < READY_MS_MAX, `${Math.round(readyMs)} ms`)
  assert.ok(printed.includes(`http://localhost:${port}`))
  assert.ok(printed.includes(`http://127.0.0.1:${operatorPort}`))
  assert.ok(printed.includes(join(directory, 'data', 'operator-token')))
})

test('the printed curl works as it stands, and the sandbox says that it is simulated', async () => {
  const command = /^ *(curl (?:.*\\\n)*.*)$/m.exec(printed)?.[1] ?? assert.fail(`no curl in: ${printed}`)
  const { stdout } = await promisify(execFile)('sh', ['-c', command.replace('curl ', 'curl --silent --show-error --max-time 10 ')])
  const answer = JSON.parse(stdout) as { model: string; choices: { message: { content: string } }[] }
  assert.match(answer.model, /simulated/)
  assert.equal(answer.choices[0]?.message.content, 'Hello, Farebox')
})

test('the demo key speaks the other protocol too, sees its balance, and lists the sandbox', async () => {
  const key = /Bearer (fbx_\w+)/.exec(printed)?.[1] ?? ''
  const ask = async (path: string, body?: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    assert.equal(response.status, 200, path)
    return (await response.json()) as Record<string, unknown>
  }
  const message = await ask('/v1/messages', { model: 'sandbox/echo', max_tokens: 50, messages: [{ role: 'user', content: 'Hello again' }] })
  assert.deepEqual((message['content'] as readonly { text: string }[])[0]?.text, 'Hello again')
  const balance = await ask('/v1/balance')
  assert.equal(balance['currency'], 'USD')
  const models = await ask('/v1/models')
  assert.deepEqual(
    (models['data'] as readonly { id: string }[]).map(({ id }) => id),
    ['sandbox/echo'],
  )
})

test('the operator token lies where it says, for its owner alone, and opens the operator API', async () => {
  const path = join(directory, 'data', 'operator-token')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const url = `http://127.0.0.1:${operatorPort}/operator/v1/ledger/verify`
  assert.equal((await fetch(url)).status, 401)
  const answer = await fetch(url, { headers: { authorization: `Bearer ${readFileSync(path, 'utf8').trim()}` } })
  assert.equal(((await answer.json()) as { ok: boolean }).ok, true)
})
