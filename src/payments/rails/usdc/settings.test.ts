// Guarantee: what farebox.yaml says of USDC is taken as it is meant or refused with the place, and neither an xpub nor an endpoint is ever shown.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { makeXpub } from '../../../../checks/money/usdc/index.ts'
import { addressesIn, makeSanctions } from './sanctions.ts'
import { usdcBlock, usdcServers, usdcSettingsOf } from './settings.ts'

const BASE = { id: 8453, name: 'Base', rpc: ['https://one.example/key', 'https://two.example'] }
const written = (over: object = {}) => ({ xpub: makeXpub(), chains: [BASE], ...over })

test('the least that is written has the token of Base, six decimals and no house', () => {
  const settings = usdcSettingsOf(usdcBlock.parse(written()))
  const [chain] = settings.chains
  assert.deepEqual(
    [chain?.token, chain?.decimals, chain?.confirmations, chain?.early],
    [...['0x833589fcd6edb6e08f4c7c32d4f71b54bda02913', 6, undefined, undefined]],
  )
  assert.deepEqual([settings.terms.minimum, settings.terms.dust, settings.terms.houseAddress], [0n, 'credit', undefined])
  assert.deepEqual(
    usdcServers(settings).map(({ url }) => url),
    BASE.rpc,
  )
})

test('amounts and addresses are read exactly', () => {
  const early = { limit: '50.00', confirmations: 6 }
  const over = { minimum: '0.000001', house_address: '0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266', chains: [{ ...BASE, early }] }
  const settings = usdcSettingsOf(usdcBlock.parse(written(over)))
  assert.deepEqual(settings.chains[0]?.early, { limit: 50_000_000_000n, confirmations: 6 })
  assert.deepEqual([settings.terms.minimum, settings.terms.houseAddress], [1_000n, '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266'])
})

test('what cannot be right is refused', () => {
  const wrong = [
    { xpub: makeXpub().replace('xpub', 'xprv') },
    { chains: [] },
    { chains: [BASE, BASE] },
    { chains: [{ ...BASE, id: 1 }] },
    { chains: [{ ...BASE, rpc: [] }] },
    { chains: [{ ...BASE, rpc: ['https://one.example', 'https://one.example'] }] },
    { chains: [{ ...BASE, rpc: ['file:///etc/passwd'] }] },
    { chains: [{ ...BASE, decimals: 18 }] },
    { minimum: 1 },
    { minimum: '-1' },
    { house_address: '0x12' },
    { private_key: '0x12' },
  ]
  for (const over of wrong) assert.equal(usdcBlock.safeParse(written(over)).success, false, Object.keys(over).join())
})

test('a list of sanctions is read from any text, and without one nothing is ready', async () => {
  const one = '0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
  assert.deepEqual([...addressesIn(`ETH,${one}\n{"a":"${one.toLowerCase()}"} 0x1234 ${one}ab`)], [one.toLowerCase()])
  const clock = { at: 0, now: () => 0, monotonic: () => clock.at }
  const sanctions = makeSanctions({ file: '/nonexistent/list' }, { clock, log: () => undefined })
  await sanctions.refresh()
  assert.equal(sanctions.isReady(), false)
})

test('a page without an address takes the place of no list, and is none at the start', async () => {
  const one = `0x${'ab'.repeat(20)}`
  const answer = { status: 200, text: '<html>come back later</html>' }
  const server = createServer((_, response) => void response.writeHead(answer.status).end(answer.text))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  try {
    const clock = { at: 0, now: () => 0, monotonic: () => clock.at }
    const logged: object[] = []
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const sanctions = makeSanctions({ url }, { clock, log: (entry) => void logged.push(entry) })
    await sanctions.refresh()
    assert.deepEqual([sanctions.isReady(), logged.length], [false, 1])
    answer.text = `address\n${one}\n`
    clock.at += 60_000
    await sanctions.refresh()
    assert.deepEqual([sanctions.isReady(), sanctions.has(one)], [true, true])
    for (const text of ['', '[]', '<html>come back later</html>']) {
      answer.text = text
      clock.at += 3_600_000
      await sanctions.refresh()
      assert.deepEqual([sanctions.isReady(), sanctions.has(one)], [true, true], text)
    }
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => void server.close(resolve))
  }
})
