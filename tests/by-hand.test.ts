// What docs/receipts.md and docs/bills.md tell people to do by hand works as it is written there, and nothing of ours is needed for it.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openBooks } from '../checks/money/simulated-books.ts'
import { findReceipt, listPublicKeys, openSigner, signCommits } from '../src/receipts/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-by-hand-'))
after(() => rmSync(folder, { recursive: true }))

const TOOLS = ['jq', 'bc', 'xxd', 'openssl', 'base64', 'sha256sum']
const missing = TOOLS.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0)
const options = { skip: missing.length > 0 && `this machine has no ${missing.join(', ')}` }

/** The shell blocks of a page below "By hand". */
const blocksOf = (page: string): readonly string[] =>
  [...(readFileSync(page, 'utf8').split('\n## By hand\n')[1] ?? '').matchAll(/^```(?:sh [^\n]*)?\n([\s\S]*?)^```/gm)].map(
    (match) => match[1] ?? '',
  )

const paste = (script: string, environment: Readonly<Record<string, string>> = {}): string =>
  execFileSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8', env: { ...process.env, ...environment } }).trim()

test('receipts of both versions: the sum, the path, the signature', options, async () => {
  const books = await openBooks({ seed: 12, accounts: 8, day: 20_000 })
  const { kit, clock, nodeId } = books
  const signer = await openSigner(kit.ledgerDatabase, folder, clock.at)
  const calls = await books.settle(books.accounts)
  await books.age(calls.slice(0, 4))
  await signCommits(kit.ledgerDatabase, { nodeId, key: signer.keyAt(clock.at), now: clock.at })
  writeFileSync(join(folder, 'jwks.json'), JSON.stringify({ keys: await listPublicKeys(kit.appDatabase, clock.at) }))
  const [sum = '', price = '', path = '', signature = ''] = blocksOf('docs/receipts.md')
  assert.match(price, /\/v1\/prices\//)
  const versions = new Set<number>()
  for (const { requestId, accountId } of calls) {
    const receipt = await findReceipt(kit.appDatabase, { requestId, accountId, now: clock.at })
    assert.ok(typeof receipt === 'object')
    versions.add(receipt.call.version)
    writeFileSync(join(folder, 'receipt.json'), JSON.stringify(receipt))
    assert.equal(paste(sum), '0', JSON.stringify(receipt.call))
    const [signed, climbed] = paste(path).split('\n')
    assert.match(signed ?? '', /^[0-9a-f]{64}$/)
    assert.equal(signed, climbed)
    assert.match(paste(`${path}${signature}`), /Signature Verified Successfully/)
    if (receipt.call.version === 1) continue
    const dearer = { ...receipt.call, cost_nano_usd: String(BigInt(receipt.call.cost_nano_usd) + 1n) }
    writeFileSync(join(folder, 'receipt.json'), JSON.stringify({ ...receipt, call: dearer }))
    assert.equal(paste(sum), '-1')
    assert.notEqual(...pairOf(paste(path)))
  }
  assert.deepEqual(versions, new Set([1, 2]))
  await books.close()
})

const pairOf = (text: string): [string, string] => {
  const [first = '', second = ''] = text.split('\n')
  return [first, second]
}

test('a bill: its bytes, its sum, and each row by its price', options, () => {
  copyFileSync('src/commands/recorded/bill-v2.jsonl', join(folder, 'bill.jsonl'))
  const [sums = '', row = ''] = blocksOf('docs/bills.md')
  const [ours, theirs, added, told] = paste(sums).split('\n')
  assert.deepEqual([ours?.slice(0, 64), added], [theirs, told])
  const rows = readFileSync(join(folder, 'bill.jsonl'), 'utf8').split('\n')
  const ids = rows.flatMap((line) => /^\{"kind":"row","request_id":"([^"]+)"/.exec(line)?.[1] ?? [])
  assert.equal(ids.length, 40)
  for (const id of ids.slice(0, 8)) assert.equal(paste(row, { REQUEST_ID: id }), '0', id)
})
