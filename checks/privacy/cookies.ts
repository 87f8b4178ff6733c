import { ALL_SPOKEN, type Answer, call, keyHeader, send } from '../calls.ts'
import { customerDoors, GATEWAY_PATHS } from '../customer-doors.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { askAsPage, openByNumber } from '../sign-in.ts'
import { startWorld, type World } from '../world.ts'

const COOKIE = { cookie: 'session=abc; __Host-session=def' }

/** What is asked before somebody is signed in, and sets nothing, whether it succeeds or not. */
const SIGNED_OUT = [
  ['GET /api/auth/me', {}],
  ['POST /api/auth/sign-in', { email: 'nobody@example.com', password: 'a wrong password' }],
  ['POST /api/auth/sign-up', { email: 'nobody@example.com' }],
  ['POST /api/auth/reset', { email: 'nobody@example.com' }],
  ['POST /api/auth/passkey-sign-in/options', {}],
  ['GET /api/auth/issuers', {}],
  ['POST /api/auth/issuers/begin', { issuer: 'google', aim: 'sign-in' }],
  ['POST /api/auth/issuers/end', { issuer: 'google', aim: 'sign-in', step: 'none', code: 'none', state: 'none' }],
] as const
const ATTRIBUTES = ['Max-Age=43200', 'Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict'] as const

/**
 * PRV-18: no answer sets a cookie to a program or to somebody who is not signed in, and one that is sent changes nothing; who signs in has exactly one,
 * for twelve hours at most, that no script reads; and it opens no path that asks for a key. There are no pages to sign in on yet: what pages
 * keep in a browser is not shown here.
 */
export async function cookies(context: CheckContext): Promise<Measured> {
  const world = await startWorld()
  try {
    const { key } = await world.operator.customer('10.00')
    const answers: Answer[] = []
    const doors = [...customerDoors(), ...GATEWAY_PATHS.map((path) => ({ method: 'GET', path }))]
    for (const { method, path } of doors) {
      for (const headers of [
        { accept: 'text/html' },
        keyHeader({ protocol: 'openai', key }),
        { ...keyHeader({ protocol: 'openai', key }), ...COOKIE },
      ])
        answers.push(await send({ url: world.base + path, method, headers, body: '', millisMax: 20_000 }))
    }
    const signedIn = await expectOneCookie(context, world)
    for (const protocol of ALL_SPOKEN) {
      const plain = await call({ base: world.base, key, protocol })
      const withCookie = await call({ base: world.base, key, protocol, headers: { cookie: signedIn } })
      const without = await call({ base: world.base, key: 'no-key', protocol, headers: { cookie: signedIn } })
      context.expect(
        plain.status === 200 && withCookie.status === 200 && without.status === 401,
        `a call in ${protocol} was answered ${plain.status}, ${withCookie.status} with a cookie, ${without.status} with a cookie for a key`,
      )
      answers.push(plain, withCookie, without)
    }
    const operator = await fetch(`${world.operatorBase}/operator/v1/accounts`, {
      headers: { authorization: `Bearer ${world.operatorToken}` },
    })
    context.expect(operator.headers.get('set-cookie') === null, 'the operator API sets a cookie')
    for (const { headers, status } of answers)
      context.expect(headers['set-cookie'] === undefined, `an answer with status ${status} sets a cookie`)
    return {
      n: answers.length,
      measured: { doors: doors.length, answers: answers.length, cookies: 1, signedInPages: 'not run: there are none' },
    }
  } finally {
    await world.stop()
  }
}

/** Signs in, looks at all cookies of it, and resolves with the one there is. */
async function expectOneCookie(context: CheckContext, { base }: World): Promise<string> {
  for (const [line, body] of SIGNED_OUT) {
    const { cookies: set } = await askAsPage({ base, line, body })
    context.expect(set.length === 0, `${line} sets a cookie for nobody`)
  }
  const opened = await openByNumber(base)
  context.expect(opened.cookies.length === 1, `${opened.cookies.length} cookies are set at sign-in`)
  const [pair = '', ...attributes] = (opened.cookies[0] ?? '').split('; ')
  context.expect(/^__Host-farebox=[\w-]{43}$/.test(pair), 'the cookie has another name or holds something else than a token')
  context.expect(attributes.toSorted().join() === ATTRIBUTES.toSorted().join(), `the cookie has the attributes ${attributes.join('; ')}`)
  const me = await askAsPage({ base, line: 'GET /api/auth/me', cookie: pair })
  context.expect(me.status === 200 && me.cookies.length === 0, `who is signed in is answered ${me.status} and ${me.cookies.length} cookies`)
  return pair
}
