// Guarantee: addresses are the ones that BIP-32 gives for an xpub, checksummed as EIP-55 says; a private key is refused before anything is made of it.
import assert from 'node:assert/strict'
import { pbkdf2Sync } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { HDKey } from 'viem/accounts'
import { ExtendedKeyError, openAddressTree } from './xpub.ts'

const SEED = Date.now() % 1_000_000

/** Test vector 2 of BIP-32. Source: github.com/bitcoin/bips/blob/master/bip-0032.mediawiki, as of 2026-11-26. */
const VECTOR = {
  seed: 'fffcf9f6f3f0edeae7e4e1dedbd8d5d2cfccc9c6c3c0bdbab7b4b1aeaba8a5a29f9c999693908d8a8784817e7b7875726f6c696663605d5a5754514e4b484542',
  master: 'xpub661MyMwAqRbcFW31YEwpkMuc5THy2PSt5bDMsktWQcFF8syAmRUapSCGu8ED9W6oDMSgv6Zz8idoc4a6mr8BDzTJY47LJhkJ8UB7WEGuduB',
  child: 'xpub69H7F5d8KSRgmmdJg2KhpAK8SR3DjMwAdkxj3ZuxV27CprR9LgpeyGmXUbC6wb7ERfvrnKZjXoUmmDznezpbZb7ap6r1D3tgFxHmwMkQTPH',
}

test('the published vectors hold: m and m/0 of vector 2', () => {
  const key = HDKey.fromExtendedKey(VECTOR.master)
  assert.equal(HDKey.fromMasterSeed(Buffer.from(VECTOR.seed, 'hex')).publicExtendedKey, VECTOR.master)
  assert.equal(key.deriveChild(0).publicExtendedKey, VECTOR.child)
})

test('the addresses of a well-known wallet come of its account xpub and of its chain xpub alike', async () => {
  const phrase = 'test test test test test test test test test test test junk'
  const root = HDKey.fromMasterSeed(pbkdf2Sync(phrase, 'mnemonic', 2048, 64, 'sha512'))
  const account = root.derive("m/44'/60'/0'").publicExtendedKey
  const shown = root.derive("m/44'/60'/0'/0").publicExtendedKey
  const trees = [await openAddressTree(account), await openAddressTree(shown)]
  for (const tree of trees) {
    assert.equal(tree.addressAt(0), '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266')
    assert.equal(tree.addressAt(1), '0x70997970C51812dc3A010C7d01b50e0d17dc79C8')
  }
})

test('public derivation gives what private derivation gives, for any wallet and index', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.integer({ min: 0, max: 2 ** 31 - 1 }), async (seed, index) => {
      const { privateKeyToAccount } = await import('viem/accounts')
      const root = HDKey.fromMasterSeed(seed)
      const tree = await openAddressTree(root.derive("m/44'/60'/0'").publicExtendedKey)
      const secret = root.derive(`m/44'/60'/0'/0/${index}`).privateKey
      assert.ok(secret !== null)
      assert.equal(tree.addressAt(index), privateKeyToAccount(`0x${Buffer.from(secret).toString('hex')}`).address)
    }),
    { numRuns: 30, seed: SEED },
  )
})

test('private keys, other keys, wrong letters and indices out of range are refused, with no word of the key', async () => {
  const root = HDKey.fromMasterSeed(Buffer.alloc(32, 5))
  const xprv = root.privateExtendedKey
  for (const text of [xprv, ` ${xprv}`, xprv.toUpperCase(), xprv.replace('xprv', 'zprv')]) {
    await assert.rejects(openAddressTree(text), (thrown: Error) => thrown instanceof ExtendedKeyError && /private key/.test(thrown.message))
  }
  const xpub = root.publicExtendedKey
  const broken = `${xpub.slice(0, 40)}${xpub[40] === 'A' ? 'B' : 'A'}${xpub.slice(41)}`
  for (const text of ['', 'hello', xpub.replace('xpub', 'zpub'), broken, xpub.slice(0, -1)]) {
    await assert.rejects(openAddressTree(text), (thrown: Error) => {
      assert.ok(thrown instanceof ExtendedKeyError, text)
      assert.ok(!thrown.message.includes(text.slice(10)) || text.length < 11)
      return true
    })
  }
  const tree = await openAddressTree(xpub)
  for (const index of [-1, 0.5, 2 ** 31]) assert.throws(() => tree.addressAt(index), RangeError)
})
