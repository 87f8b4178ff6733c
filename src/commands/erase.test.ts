// Guards: erase shows what goes and stays before it does anything, does it only for the address that was confirmed, and export writes a file for its
// owner's eyes alone, whole or not at all.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { after, before, test } from 'node:test'
import { Command } from 'commander'
import { readZip } from '../../checks/privacy/read-zip.ts'
import { openRightsWorld, type RightsWorld } from '../../checks/privacy/rights-world.ts'
import { operatorApp } from '../api/index.ts'
import { TEST_TOKEN, testWorld } from '../api/test-world.ts'
import { readConfig } from '../config.ts'
import { FailureError } from '../failures.ts'
import { ExitError } from './command.ts'
import { eraseWith } from './erase.ts'
import { exportWith } from './export.ts'
import { operatorClient } from './operator-client.ts'
import { type Download, downloadFromOperator, writeDownload } from './operator-download.ts'

let world: RightsWorld
let app: ReturnType<typeof operatorApp>
const folder = mkdtempSync(join(tmpdir(), 'farebox-erase-'))
before(async () => {
  world = await openRightsWorld()
  const { dependencies } = testWorld(world.kit.appDatabase, world.options)
  app = operatorApp({ ...dependencies, subjects: world.subjects, ledger: world.ledger })
})
after(async () => {
  rmSync(folder, { recursive: true })
  await world.close()
})

async function run(...argv: readonly string[]): Promise<string> {
  const written: string[] = []
  const print = (text: string) => void written.push(text)
  const context = { environment: {}, config: () => readConfig({}), print, note: print }
  const client = operatorClient(
    async ({ method, path, headers, body }) => {
      const answer = await app.request(path, { method, headers, body: body ?? null })
      return { status: answer.status, text: await answer.text() }
    },
    TEST_TOKEN,
    world.options.ids,
  )
  const download: Download = async (_, path) => {
    const answer = await app.request(`/operator/v1${path}`, { headers: { authorization: `Bearer ${TEST_TOKEN}` } })
    if (answer.status !== 200 || answer.body === null) throw new Error(await answer.text())
    return Readable.fromWeb(answer.body as ReadableStream)
  }
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined, outputError: () => undefined })
  eraseWith(async () => client)(program.command('erase'), context)
  exportWith(async () => client, download)(program.command('export'), context)
  await program.parseAsync(argv, { from: 'user' })
  return written.join('\n')
}

const refusal = (code: string) => (thrown: unknown) => thrown instanceof FailureError && thrown.failure.code === code

test('it shows, then does it for the right address, and says how far it is', async () => {
  const id = await world.customer('gone@example.com', 1_500_000_000n)
  const shown = await run('erase', id)
  assert.match(shown, new RegExp(`^Account ${id} would be erased\\.`))
  assert.match(shown, /What goes\n[\s\S]*account +email_sealed/)
  assert.match(shown, /What stays\n[\s\S]*transfer +to keep the books +1 +legal-obligation +20\d\d-12-31/)
  assert.match(shown, /There is \$1\.50 left[\s\S]*--confirm EMAIL --give-up 1\.50$/)
  assert.equal((await world.rights.planErasure(id)).erasure, undefined)
  await assert.rejects(run('erase', id, '--give-up', '1.50'), (thrown) => thrown instanceof ExitError && thrown.exitCode === 2)
  await assert.rejects(run('erase', id, '--confirm', 'other@example.com', '--give-up', '1.50'), refusal('erasure_wrong_person'))
  await assert.rejects(run('erase', id, '--confirm', 'gone@example.com'), refusal('erasure_money_left'))
  const json = JSON.parse(await run('erase', id, '--confirm', 'gone@example.com', '--give-up', '1.50', '--json'))
  assert.deepEqual([json.account_id, json.state], [id, 'done'])
  assert.match(await run('erase', id), new RegExp(`^Account ${id}: erased, asked for `))
})

test('an export is a file for its owner alone, and never half of one or over another', async () => {
  const id = await world.customer('file@example.com')
  const out = join(folder, 'a.zip')
  assert.match(await run('export', 'account', id, '--out', out), /Wrote .*a\.zip \(\d+ bytes\)/)
  assert.equal(statSync(out).mode & 0o777, 0o600)
  const before = readFileSync(out)
  assert.equal(JSON.parse(String(readZip(before).get('account.json')))[0].email, 'file@example.com')
  await assert.rejects(run('export', 'account', id, '--out', out), refusal('file_unwritable'))
  assert.deepEqual(readFileSync(out), before)
  await assert.rejects(run('export', 'account', id, '--out', join(folder, 'no', 'b.zip')), refusal('file_unwritable'))
  assert.ok(!existsSync(join(folder, 'no')))
})

test('a download that breaks is told as that, and one whose answer does not come as asked for', async () => {
  const out = join(folder, 'broken.zip')
  const breaking = async function* () {
    yield Buffer.from('PK')
    throw Object.assign(new Error('gone'), { code: 'ECONNRESET' })
  }
  await assert.rejects(writeDownload(Readable.from(breaking()), out), refusal('download_broken'))
  assert.ok(!existsSync(out))
  const server = createServer((socket) => socket.once('data', () => socket.destroy())).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const config = () => readConfig({ FAREBOX_OPERATOR_LISTEN: `127.0.0.1:${port}`, FAREBOX_OPERATOR_TOKEN: TEST_TOKEN })
  const context = { environment: {}, config, print: assert.fail, note: assert.fail }
  await assert.rejects(downloadFromOperator(context, '/accounts/x/export'), refusal('server_answer_missing'))
  server.close()
  await once(server, 'close')
  await assert.rejects(downloadFromOperator(context, '/accounts/x/export'), refusal('server_not_running'))
})
