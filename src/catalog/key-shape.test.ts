// Guarantee: a person's login is refused by its shape, whatever provider it is of, and no API key is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusedKeyShape } from './key-shape.ts'
import { KNOWN_UPSTREAMS } from './known-upstreams/index.ts'

const jwt = (payload: object): string =>
  ['{"alg":"RS256","typ":"JWT"}', JSON.stringify(payload), 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.')

const LOGINS: readonly (readonly [key: string, told: RegExp])[] = [
  ['Bearer sk-abcdefgh', /after|follows/],
  ['sk-ant-sid01-aaaaaaaa-bbbb', /Claude/],
  ['sk-ant-sid02-aaaaaaaa-bbbb', /Claude/],
  ['sk-ant-oat01-aaaaaaaa-bbbb', /Claude/],
  ['sk-ant-ort01-aaaaaaaa-bbbb', /Claude/],
  ['sess-aaaaaaaaaaaaaaaa', /OpenAI/],
  ['rt_68aaaaaaaaaaaaaaaaaaaa.bbbb', /ChatGPT/],
  [jwt({ iss: 'https://auth.openai.com', aud: ['https://api.openai.com/v1'], exp: 1 }), /JWT/],
  [jwt({ iss: 'minimax', exp: 1 }), /JWT/],
  ['eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..iv.sealed.tag', /JWT/],
  ['user_01ABC%3A%3AeyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln', /JWT/],
  ['ya29.a0AfH6SMBaaaaaaaa', /Google/],
  ['1//0gaaaaaaaaaaaaaaaa', /Google/],
  ['g.a000aaaaaaaaaaaaaaaa', /Google/],
  ['gho_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', /GitHub/],
  ['ghu_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', /GitHub/],
  ['ghr_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', /GitHub/],
  ['tid=0123456789abcdef;exp=1790000000;sku=x:sig', /Copilot/],
  ['sk-sp-aaaaaaaaaaaaaaaaaaaa', /coding plan/],
  ['sk-cp-aaaaaaaaaaaaaaaaaaaa', /coding plan/],
  ['sk-kimi-aaaaaaaaaaaaaaaaaa', /coding plan/],
  ['__Secure-next-auth.session-token=aaaa', /cookie/],
  ['__Secure-1PSID=g.a000aaaa', /cookie/],
  ['sessionKey=sk-ant-sid01-aaaa', /cookie/],
  ['Cookie: a=b', /cookie/],
  ['cf_clearance=aaaa; sso=bbbb', /cookie/],
]

test('logins of persons are refused, and nothing of them is told', () => {
  for (const [login, told] of LOGINS) {
    const refused = refusedKeyShape(login)
    assert.match(refused ?? 'let in', told, login)
    assert.ok(refused !== undefined && !refused.includes(login.slice(-6)))
  }
})

const hex = (length: number): string => '0123456789abcdef'.repeat(8).slice(0, length)

/** Shapes of API keys, by the variable they are given in. */
const API_KEYS: Readonly<Record<string, readonly string[]>> = {
  OPENAI_API_KEY: ['sk-aaaaaaaaaaaaaaaa', 'sk-proj-aaaa_bbbb-cccc', 'sk-svcacct-aaaa', 'sk-admin-aaaa'],
  ANTHROPIC_API_KEY: ['sk-ant-api03-aaaa-bbbb_ccccAA', 'sk-ant-admin01-aaaa'],
  GEMINI_API_KEY: ['AIzaSyAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'AQ.Ab8RN6aaaaaaaaaaaa'],
  DEEPSEEK_API_KEY: [`sk-${hex(32)}`],
  ARK_API_KEY: ['01234567-89ab-cdef-0123-456789abcdef', 'ark-01234567-89ab-cdef-0123-456789abcdef-aaaaa'],
  XAI_API_KEY: ['xai-aaaaaaaaaaaaaaaaaaaaaaaa'],
  MISTRAL_API_KEY: ['aBcDeFgHiJkLmNoPqRsTuVwXyZ012345'],
  GROQ_API_KEY: ['gsk_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
  OPENROUTER_API_KEY: [`sk-or-v1-${hex(64)}`],
  TOGETHER_API_KEY: [hex(64), 'tgp_v1_aaaaaaaaaaaaaaaaaaaa'],
  FIREWORKS_API_KEY: ['fw_aaaaaaaaaaaaaaaaaaaaaa'],
  DASHSCOPE_API_KEY: [`sk-${hex(32)}`],
  MOONSHOT_API_KEY: ['sk-aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789aBcDeFgHiJkL'],
  ZHIPUAI_API_KEY: [`${hex(32)}.aBcDeFgHiJkLmNoP`],
  ZAI_API_KEY: [`${hex(32)}.aBcDeFgHiJkLmNoP`],
  MINIMAX_API_KEY: ['sk-api-aaaaaaaaaaaaaaaa', jwt({ GroupName: 'x', SubjectID: '1', GroupID: '1', TokenType: 1, iss: 'minimax' })],
}

test('API keys of every known upstream, of Azure and of Bedrock are let in', () => {
  for (const { variable } of KNOWN_UPSTREAMS) assert.ok((API_KEYS[variable] ?? []).length > 0, `${variable} has no example`)
  const others = [
    hex(32),
    `${hex(64)}ABCDEFGHIJKLMNOPQRST`,
    'ABSKQmVkcm9ja0FQSUtleS1hYWFh',
    'bedrock-api-key-YWFhYQ==',
    'hf_aaaaaaaaaaaaaaaa',
  ]
  for (const key of [...Object.values(API_KEYS).flat(), ...others]) assert.equal(refusedKeyShape(key), undefined, key)
})
