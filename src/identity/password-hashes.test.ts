// Guarantee: every scheme is right for its password alone; bcrypt is given no more than it reads, so that no byte of a long password is lost; hashes
// from elsewhere are compared as they were there; and nobody's password takes the same work as somebody's.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { FailureError } from '../failures.ts'
import { makePasswordHashes, readImportedHash } from './password-hashes.ts'
import { makeWorkQueue, type WorkQueue } from './work-queue.ts'

const queue = makeWorkQueue({ atOnce: 2, waitingMax: 64 })
const SCHEMES = ['argon2id', 'bcrypt-sha256'] as const
const of = (scheme: (typeof SCHEMES)[number]) => makePasswordHashes(scheme, { queue, random: randomBytes })

// Source: tests of crypt_blowfish, openwall.com/crypt (2026-11-26).
const PLAIN = { password: 'U*U', hash: '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW' } as const

for (const scheme of SCHEMES)
  test(`${scheme}: passwords of 80 characters that differ at byte 75, or after a zero byte, do not pass for each other`, async () => {
    const hashes = of(scheme)
    const long = 'a'.repeat(80)
    const stored = await hashes.hash(long)
    assert.equal(stored.scheme, scheme)
    assert.equal(hashes.isCurrent(stored), true)
    assert.equal(await hashes.verify(long, stored), true)
    assert.equal(await hashes.verify(`${'a'.repeat(74)}b${'a'.repeat(5)}`, stored), false)
    const zero = await hashes.hash('before\0after-it')
    assert.deepEqual([await hashes.verify('before\0after-it', zero), await hashes.verify('before\0other-it', zero)], [true, false])
  })

test('hashes are written as their policy says', async () => {
  assert.match((await of('argon2id').hash('a password')).hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.match((await of('bcrypt-sha256').hash('a password')).hash, /^\$2b\$12\$[./A-Za-z0-9]{53}$/)
})

test('a hash from elsewhere is right for its password, is not current, and what is none is refused', async () => {
  const stored = readImportedHash(PLAIN.hash)
  assert.deepEqual(stored, { scheme: 'bcrypt', hash: PLAIN.hash })
  for (const scheme of SCHEMES) {
    assert.deepEqual([await of(scheme).verify(PLAIN.password, stored), await of(scheme).verify('U*V', stored)], [true, false])
    assert.equal(of(scheme).isCurrent(stored), false)
  }
  for (const hash of ['', 'password', `$2b$31$${'a'.repeat(53)}`, '$1$salt$hash', '5f4dcc3b5aa765d61d8327deb882cf99'])
    assert.throws(
      () => readImportedHash(hash),
      (thrown) => thrown instanceof FailureError && thrown.failure.code === 'invalid_field',
      hash,
    )
})

test('a hash of the other scheme is compared too, and one of less cost is to be made anew', async () => {
  const bcrypt = await of('bcrypt-sha256').hash('a password')
  assert.deepEqual([await of('argon2id').verify('a password', bcrypt), of('argon2id').isCurrent(bcrypt)], [true, false])
  const cheap = { scheme: 'argon2id', hash: (await of('argon2id').hash('x')).hash.replace('t=2', 't=1') } as const
  assert.equal(of('argon2id').isCurrent(cheap), false)
})

test("nobody's password is never right, and a hash is computed for it", async () => {
  let works = 0
  const counted: WorkQueue = (work) => {
    works += 1
    return queue(work)
  }
  const counting = makePasswordHashes('argon2id', { queue: counted, random: randomBytes })
  assert.equal(await counting.verify('anything', undefined), false)
  assert.equal(await counting.verify('', undefined), false)
  assert.equal(works, 2)
})

test('no more than two are computed at once, and too many who wait are sent away', async () => {
  let [running, most] = [0, 0]
  const small = makeWorkQueue({ atOnce: 2, waitingMax: 3 })
  const work = async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise(setImmediate)
    running -= 1
  }
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => small(work)))
  assert.equal(most, 2)
  assert.equal(results.filter(({ status }) => status === 'rejected').length, 3)
  await small(work)
  assert.equal(running, 0)
})
