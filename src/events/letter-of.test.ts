// Guarantee: what became of money that was asked back, and notes of calls that are kept for fewer days, are told by a letter of their own, with figures and words that fit the language.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../db/index.ts'
import { letterOf } from './letter-of.ts'

const unasked = () => Promise.reject(new Error('the database was asked'))
const database: Database = { query: unasked, transaction: unasked, end: async () => undefined }
const parts = { database, publicUrl: 'https://shop.example' }
const written = async (kind: string, data: Readonly<Record<string, unknown>>) => {
  const letter = await letterOf(parts, { accountId: 'a', kind, data })
  const fields = letter?.fields
  return {
    template: letter?.template,
    en: typeof fields === 'function' ? fields('en') : fields,
    zh: typeof fields === 'function' ? fields('zh') : fields,
  }
}

test('money that was asked back: granted or declined, how much, and where more stands', async () => {
  for (const what of ['accepted', 'declined'])
    assert.deepEqual(await written(`refund.${what}`, { amount: '7500000000' }), {
      template: `refund-${what}`,
      en: { amount: '7.50', link: 'https://shop.example/dashboard/top-up' },
      zh: { amount: '7.50', link: 'https://shop.example/dashboard/top-up' },
    })
})

test('notes of calls that are kept for fewer days: for how long now, and where to see who is signed in', async () => {
  const link = 'https://shop.example/dashboard/security'
  for (const [days, en, zh] of [
    [1, 'one day', '1 天'],
    [7, '7 days', '7 天'],
  ] as const)
    assert.deepEqual(await written('retention.shortened', { days, by: 'customer' }), {
      template: 'retention-shortened',
      en: { span: en, link },
      zh: { span: zh, link },
    })
})
