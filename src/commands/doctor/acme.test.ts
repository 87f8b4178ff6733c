// Guarantee: of a certificate that comes by itself the doctor says until when it holds, and of one that does not come why and what to do.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { certificateFor } from '../../../sim/index.ts'
import { systemClock } from '../../lib/index.ts'
import { checkAcme } from './acme.ts'
import { checkCertificate } from './host-state.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'farebox-doctor-acme-'))
const folder = join(dataDir, 'acme')
const NAME = 'api.example.test'
const setup = {
  environment: { FAREBOX_DATA_DIR: dataDir, FAREBOX_ACME_DOMAINS: NAME, FAREBOX_ACME_TERMS_AGREED: 'yes' },
  ...{ version: '0', execArgv: [] },
}

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
})
after(() => rmSync(dataDir, { recursive: true }))

const told = async (): Promise<string> => {
  const [finding, ...others] = await checkAcme(setup)
  assert.deepEqual([others, await checkCertificate(setup)], [[], []], 'it is told once')
  return `${finding?.state}: ${finding?.detail}`
}
const fail = (code: string): void => {
  const at = systemClock.now()
  writeFileSync(join(folder, 'state.json'), JSON.stringify({ failures: 2, code, failedAt: at, notBefore: at + 599_000 }))
}
const have = (name: string, life?: Parameters<typeof certificateFor>[1]): void =>
  writeFileSync(join(folder, 'certificate.pem'), certificateFor(name, life).cert)

test('nothing is said where no certificate is asked for', async () => {
  assert.deepEqual(await checkAcme({ ...setup, environment: { FAREBOX_DATA_DIR: dataDir } }), [])
})

test('one that is not there yet, with the reason once there is one', async () => {
  assert.match(await told(), /^warning: there is none yet.*when Farebox runs$/)
  fail('acme_connection')
  assert.match(
    await told(),
    /^failed: there is none yet.*2 try\(s\) failed \(acme_connection\): .*open it in firewalls.*in 10 minute\(s\)$/,
  )
  have('other.example.test')
  assert.match(await told(), /^failed: there is none yet/)
})

test('one that holds, one that is due and not renewed, one that ended', async () => {
  have(NAME)
  assert.match(await told(), /^ok: it holds for \d+ days, and is renewed by itself$/)
  fail('acme_rate_limited')
  assert.match(await told(), /^warning: it holds for \d+ days and is due; .*acme_rate_limited/)
  have(NAME, { from: '200101000000Z', until: '210101000000Z' })
  assert.match(await told(), /^failed: it ended \d+ day\(s\) ago; .*acme_rate_limited/)
})
