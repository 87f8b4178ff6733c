// Guarantee: who reads Chinese is told every failure in Chinese, with the same figures and names in it; everybody else, and every program, in English.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hono } from 'hono'
import { FAILURES, type FailureCode, fail, failure } from '../../failures.ts'
import { systemIds } from '../../lib/index.ts'
import type { ApiEnv } from '../dependencies.ts'
import { frameApp } from '../frame.ts'
import { failureIn, ZH_WORDS } from './index.ts'

const codes = Object.keys(FAILURES) as FailureCode[]
const placesIn = (text: string): readonly string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))].sort()

test('every code has Chinese words, with the places of the English ones and no others', () => {
  assert.deepEqual(Object.keys(ZH_WORDS).sort(), [...codes].sort())
  for (const code of codes) {
    assert.match(ZH_WORDS[code], /\p{Script=Han}/u, code)
    assert.match(ZH_WORDS[code], /[。}\w>]$/, code)
    assert.deepEqual(placesIn(ZH_WORDS[code]), placesIn(FAILURES[code].message), code)
  }
})

test('dollars stand where they stand in English', () => {
  const dollars = (text: string) => text.match(/\$\{/g)?.length ?? 0
  for (const code of codes) assert.equal(dollars(ZH_WORDS[code]), dollars(FAILURES[code].message), code)
})

test('figures and names are filled in, and words of ours are Chinese too', () => {
  const zh = (...[code, values]: Parameters<typeof failure>) => failureIn(failure(code, values), 'zh').message
  assert.equal(
    zh('balance_insufficient', { available: '4.50' }),
    '账户可用余额少于所需：$4.50。为进行中的调用预留的金额会在调用结束后退回。',
  )
  assert.equal(zh('not_offered', { what: 'Webhooks' }), '这里不提供 Webhook。')
  assert.equal(
    zh('invalid_field', { field: 'name', expected: 'a text of 1 to 64 characters in one line' }),
    '字段“name”无效，要求：1 到 64 个字符的单行文字。',
  )
  assert.equal(
    zh('member_role', { roles: 'owner or admin', role: 'viewer' }),
    '这需要账户中的角色“所有者或管理员”，而你的角色是“只读”。请联系账户所有者。',
  )
  assert.equal(
    zh('invalid_field', { field: 'x', expected: 'what nobody wrote words for' }),
    '字段“x”无效，要求：what nobody wrote words for。',
  )
})

test('a failure in English, and all but the message of one in Chinese, stay as they were', () => {
  const told = failure('sign_in_limited', { seconds: 30 })
  assert.equal(failureIn(told, 'en'), told)
  assert.equal(failureIn(told, undefined), told)
  const { message, ...rest } = failureIn(told, 'zh')
  assert.equal(message, '尝试次数过多。请在 30 秒后重试。')
  const { message: _, ...before } = told
  assert.deepEqual(rest, before)
})

test('an interface says it in the language that a browser asks for, under the same code', async () => {
  const app = new Hono<ApiEnv>()
  frameApp(app, { ids: systemIds(() => 0), log: () => undefined, encodeError: ({ code, message }) => ({ code, message }) })
  app.get('/full', () => fail('webhooks_full', { limit: 5 }))
  const said = async (languages?: string) =>
    await (await app.request('/full', languages === undefined ? {} : { headers: { 'accept-language': languages } })).json()
  const english = { code: 'webhooks_full', message: 'An account has at most 5 webhooks. Delete one first.' }
  assert.deepEqual(await said('zh-CN,zh;q=0.9,en;q=0.8'), { code: 'webhooks_full', message: '一个账户最多有 5 个 Webhook。请先删除一个。' })
  for (const languages of [undefined, '*', 'en', 'de, en;q=0.5', 'en, zh;q=0.4'])
    assert.deepEqual(await said(languages), english, languages)
})
