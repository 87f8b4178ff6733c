// Guarantee: a certificate and key that no gateway could listen with are named before anything starts, and a pair that is right is none.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { certificateProblems } from './certificate-problems.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-pair-'))
after(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)
for (const name of ['own', 'other']) {
  const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...kind, ...files], { stdio: 'ignore' })
}
writeFileSync(at('none'), 'no PEM\n')

const named = (cert: string, key: string): readonly string[] =>
  certificateProblems({ tls: { certPath: at(cert), keyPath: at(key) }, acme: undefined }).map(({ path }) => path)

test('a pair is taken; what is none is named by the file that is wrong', () => {
  assert.deepEqual(certificateProblems({ tls: undefined, acme: undefined }), [])
  assert.deepEqual(named('own.pem', 'own.key'), [])
  assert.deepEqual(named('own.pem', 'other.key'), ['FAREBOX_TLS_KEY'])
  assert.deepEqual(named('own.pem', 'none'), ['FAREBOX_TLS_KEY'])
  assert.deepEqual(named('none', 'own.key'), ['FAREBOX_TLS_CERT'])
  assert.deepEqual(named('gone.pem', 'gone.key'), ['FAREBOX_TLS_CERT', 'FAREBOX_TLS_KEY'])
})
