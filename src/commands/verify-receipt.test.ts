// Guards: the exit code says whether a receipt is proven, wrong or only right in itself, and what cannot be read is named.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Command as Program } from 'commander'
import { openBooks } from '../../checks/money/simulated-books.ts'
import { findReceipt, listPublicKeys, openSigner, signCommits } from '../receipts/index.ts'
import { ExitError } from './command.ts'
import { verify } from './verify.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-verify-'))
const at = (name: string): string => join(folder, name)

before(async () => {
  const books = await openBooks({ seed: 5, accounts: 3, day: 20_000 })
  const { kit, clock, nodeId } = books
  const signer = await openSigner(kit.ledgerDatabase, folder, clock.at)
  const [call] = await books.settle(books.accounts)
  await signCommits(kit.ledgerDatabase, { nodeId, key: signer.keyAt(clock.at), now: clock.at })
  const wanted = { requestId: call?.requestId ?? '', accountId: call?.accountId ?? '', now: clock.at }
  const text = JSON.stringify(await findReceipt(kit.appDatabase, wanted))
  const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  writeFileSync(at('receipt.json'), text)
  writeFileSync(
    at('altered.json'),
    text.replace(/"output":(\d)/, (_, digit) => `"output":${9 - Number(digit)}`),
  )
  writeFileSync(at('other-sum.json'), text.replace(/"product":"[\d.]+"/, '"product":"0.01"'))
  writeFileSync(at('jwks.json'), JSON.stringify({ keys: await listPublicKeys(kit.appDatabase, clock.at) }))
  writeFileSync(at('other-jwks.json'), JSON.stringify({ keys: [{ kty: 'OKP', crv: 'Ed25519', x, kid: 'another' }] }))
  writeFileSync(at('no-roots.json'), JSON.stringify({ data: [] }))
  await books.close()
})
after(() => rmSync(folder, { recursive: true }))

async function run(...argv: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  const lines: string[] = []
  const program = new Program('verify').exitOverride()
  const print = (line: string): void => void lines.push(line)
  verify(program, { environment: {}, config: () => assert.fail('no setting is needed'), print, note: print })
  try {
    await program.parseAsync(['receipt', ...argv], { from: 'user' })
    return { code: 0, text: lines.join('\n') }
  } catch (thrown) {
    if (!(thrown instanceof ExitError)) throw thrown
    return { code: thrown.exitCode, text: lines.join('\n') }
  }
}

const CASES: readonly (readonly [string, readonly string[], number, RegExp])[] = [
  ['proven', ['receipt.json', '--jwks', 'jwks.json'], 0, /proven by the signature\nThis receipt is right/],
  [
    'with its sum',
    ['receipt.json', '--jwks', 'jwks.json'],
    0,
    /\d+ input at \$[\d.]+ per million tokens: \$[\d.]+\n[\s\S]*rounded up once: \$[\d.]+/,
  ],
  ['held against nothing', ['receipt.json'], 3, /Nothing proves who made it/],
  ['altered', ['altered.json', '--jwks', 'jwks.json'], 1, /nano-USD, but .* written[\s\S]*does not lead to the root/],
  [
    'another sum shown',
    ['other-sum.json', '--jwks', 'jwks.json'],
    1,
    /wrong {5}sum\.lines\.0\.product is "0.01", recomputed "[\d.]+"\nThis/,
  ],
  ['signed by another', ['receipt.json', '--jwks', 'other-jwks.json'], 1, /not among the published keys/],
  ['not in a closed day', ['receipt.json', '--day-roots', 'no-roots.json'], 1, /no path to the root of its day yet/],
  ['not a receipt', ['jwks.json', '--jwks', 'jwks.json'], 1, /this is not a receipt/],
  ['not a key set', ['receipt.json', '--jwks', 'receipt.json'], 1, /is no key set/],
  ['no such file', ['nothing.json'], 1, /cannot be read \(ENOENT\)/],
]
for (const [name, argv, code, text] of CASES) {
  test(name, async () => {
    const done = await run(...argv.map((word) => (word.endsWith('.json') ? at(word) : word)))
    assert.equal(done.code, code, done.text)
    assert.match(done.text, text)
  })
}

test('as JSON', async () => {
  const { text } = await run(at('receipt.json'), '--jwks', at('jwks.json'), '--json')
  assert.deepEqual(JSON.parse(text), { ok: true, proven_by: ['signature'], problems: [] })
})
